from __future__ import annotations


def POST(req, query, body):
    return {
        "query": {name: query.getlist(name) for name in query},
        "cookies": dict(req.cookies),
        "body": body,
    }
