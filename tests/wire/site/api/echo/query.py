from __future__ import annotations


def GET(query):
    return {"shown": query, "lists": {name: query.getlist(name) for name in query}}
