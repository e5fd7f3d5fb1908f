from __future__ import annotations

from io import BytesIO


def GET(query, res):
    res.file(BytesIO(b"data"), filename=query["name"])
