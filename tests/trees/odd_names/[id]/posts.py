from .._shared import NAME
from ._posts import TITLES


def GET(id):
    return {"file": "[id]/posts.py", "id": id, "shared": NAME, "titles": TITLES}
