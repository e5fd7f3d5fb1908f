from __future__ import annotations


def GET(res):
    res.status(204).json({"a": "body"})
