from __future__ import annotations


def POST(body):
    return type(body).__name__
