from __future__ import annotations

from fileapi import HttpError


def middleware(req, res, next):
    if req.headers.get("Authorization") != "Bearer good":
        raise HttpError(401, "Log in first.", headers={"WWW-Authenticate": "Bearer"})
    next()
