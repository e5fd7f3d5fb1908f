from __future__ import annotations


def GET():
    return "the admin's"
