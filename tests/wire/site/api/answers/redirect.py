from __future__ import annotations


def GET(query, res):
    res.redirect(query["to"])
