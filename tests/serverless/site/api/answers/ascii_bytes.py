from __future__ import annotations


def GET(res):
    res.set_header("Content-Type", "image/png").send(b"no picture, and text all the same")
