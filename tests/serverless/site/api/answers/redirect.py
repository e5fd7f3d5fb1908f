from __future__ import annotations


def handler(query, res):
    res.redirect(query["to"], int(query.get("status", "307")))
