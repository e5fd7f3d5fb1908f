from __future__ import annotations


def GET(id):
    return {"id": id}
