from __future__ import annotations


def GET(path):
    return path
