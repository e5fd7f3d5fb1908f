"""Two items; the second waits until the gate is opened."""

from __future__ import annotations

import asyncio
import time

from tests.endurance.site.journal import is_shut


def items(name):
    yield "first;"
    since = time.monotonic()
    while is_shut(name, since):
        time.sleep(0.01)
    yield "second;"


async def async_items(name):
    yield "first;"
    since = time.monotonic()
    while is_shut(name, since):
        await asyncio.sleep(0.01)
    yield "second;"


def GET(kind, query, res):
    make = async_items if kind == "async" else items
    return res.stream(make(query["name"]), "text/plain")
