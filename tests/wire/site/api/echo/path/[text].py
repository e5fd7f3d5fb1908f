from __future__ import annotations


def GET(text):
    return text
