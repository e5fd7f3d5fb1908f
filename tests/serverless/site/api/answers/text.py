from __future__ import annotations


def GET(res):
    res.send("Zoë, 東京, \U0001f600, \x00\x1f")
