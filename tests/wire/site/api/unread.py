from __future__ import annotations


def handler(req):
    return f"{req.method} without its body"
