from __future__ import annotations


def GET():
    return "a/b"
