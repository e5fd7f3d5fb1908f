"""An item, and then an exception."""

from __future__ import annotations


def items():
    yield "first;"
    raise RuntimeError("in the middle of a stream")


async def async_items():
    yield "first;"
    raise RuntimeError("in the middle of a stream")


def GET(kind, query, res):
    made = async_items() if kind == "async" else items()
    return res.sse(made) if "events" in query else res.stream(made, "text/plain")
