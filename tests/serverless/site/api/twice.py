from __future__ import annotations


def GET(res):
    res.json(1)
    res.json(2)
