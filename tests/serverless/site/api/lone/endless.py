from __future__ import annotations

closed = []


def GET(res):
    res.stream(_blocks())


def POST():
    return closed


def _blocks():
    try:
        while True:
            yield b"x" * 65_536
    finally:
        closed.append(True)
