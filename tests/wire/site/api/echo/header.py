from __future__ import annotations


def GET(req):
    return req.headers.get("X-Echo")
