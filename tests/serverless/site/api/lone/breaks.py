from __future__ import annotations


def GET(res):
    def parts():
        yield b"first"
        raise RuntimeError("in the middle")

    res.stream(parts())
