from __future__ import annotations


def GET(res):
    res.stream(bytes([number]) * 3 for number in range(250, 256))
