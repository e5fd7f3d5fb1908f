from __future__ import annotations

from fileapi import Config
from tests.auth.site.people import Subject

config = Config(auth=[Subject])


def GET(req):
    return {"sub": req.auth["sub"]}


async def POST(req):
    return {"sub": req.auth["sub"]}
