from . import _shared


def GET():
    return {"file": "feed.xml.py", "shared": _shared.NAME}
