from __future__ import annotations

from hashlib import sha256

from fileapi import Config

config = Config(body=False, body_limit=None)


def POST(req):
    digest, size = sha256(), 0
    for block in req.stream:
        digest.update(block)
        size += len(block)
    return {"sha256": digest.hexdigest(), "size": size}
