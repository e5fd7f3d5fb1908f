from __future__ import annotations


def GET():
    return {"message": "Hello, API!"}
