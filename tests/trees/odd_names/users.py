from ._shared import NAME


def GET():
    return {"file": "users.py", "shared": NAME}
