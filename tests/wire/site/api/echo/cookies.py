from __future__ import annotations


def GET(req):
    return dict(req.cookies)
