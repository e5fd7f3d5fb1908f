from .._shared import NAME
from . import _helper


def GET():
    return {"file": "users/me.py", "shared": NAME, "helper": _helper.NAME}
