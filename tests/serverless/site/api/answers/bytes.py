from __future__ import annotations


def GET(res):
    res.send(bytes(range(256)))
