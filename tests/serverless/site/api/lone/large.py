from __future__ import annotations


def GET(query, res):
    res.send(query.get("of", "x") * int(query["size"]))
