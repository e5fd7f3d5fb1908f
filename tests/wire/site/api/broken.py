from __future__ import annotations


def GET():
    raise RuntimeError("canary: SELECT secret FROM vault")
