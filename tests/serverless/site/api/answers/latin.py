from __future__ import annotations


def GET(res):
    res.set_header("Content-Type", "text/plain; charset=iso-8859-1").send("Zoë".encode("latin-1"))
