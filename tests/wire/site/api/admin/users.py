from __future__ import annotations

calls = []


def GET():
    calls.append("GET")
    return calls


def POST(body):
    return body
