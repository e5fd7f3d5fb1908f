from __future__ import annotations


def GET():
    return None


def POST(res):
    res.json(None)
