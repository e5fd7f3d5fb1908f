"""Events until the client leaves, one in each `every` seconds."""

from __future__ import annotations

import asyncio
import itertools
import time

from tests.endurance.site.journal import note


def ticks(name, every):
    try:
        for number in itertools.count():
            note(name, number)
            yield {"number": number}
            time.sleep(every)
    finally:
        note(name, "closed")


async def async_ticks(name, every):
    try:
        for number in itertools.count():
            note(name, number)
            yield {"number": number}
            await asyncio.sleep(every)
    finally:
        note(name, "closed")


def GET(kind, query, res):
    make = async_ticks if kind == "async" else ticks
    return res.sse(make(query["name"], float(query["every"])))
