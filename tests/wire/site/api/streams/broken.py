from __future__ import annotations


def GET(res):
    def parts():
        yield b"first"
        raise RuntimeError("canary in a stream")

    res.stream(parts())
