from __future__ import annotations


def GET(res):
    res.send("<script>alert(1)</script>")
