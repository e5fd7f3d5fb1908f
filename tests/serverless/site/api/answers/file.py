from __future__ import annotations

from io import BytesIO


def GET(res):
    res.file(BytesIO(bytes(range(200))), filename="Zoë.bin")
