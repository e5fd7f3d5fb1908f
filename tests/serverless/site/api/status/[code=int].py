from __future__ import annotations

from fileapi import HttpError


def GET(code):
    raise HttpError(code, "As you wish.", headers={"X-Why": "asked"})
