from __future__ import annotations

from fileapi import Config

config = Config(body=False)


def PUT(req):
    return sum(len(block) for block in req.stream)
