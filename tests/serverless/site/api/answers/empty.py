from __future__ import annotations


def GET(res):
    res.end()


def DELETE() -> None:
    pass
