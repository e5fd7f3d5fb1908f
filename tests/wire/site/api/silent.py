from __future__ import annotations


def GET(res):
    res.set_header("X-Before", "1")
