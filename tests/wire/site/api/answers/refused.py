from __future__ import annotations

from fileapi import HttpError


def GET(query):
    raise HttpError(int(query["status"]))
