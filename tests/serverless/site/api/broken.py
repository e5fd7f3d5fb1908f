from __future__ import annotations


def GET():
    raise RuntimeError("on purpose")
