from .._shared import NAME


def GET():
    return {"file": "v1.0/status.py", "shared": NAME}
