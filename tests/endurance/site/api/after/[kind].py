"""An answer, or an endless stream, and work that it leaves behind."""

from __future__ import annotations

import asyncio
import time

from tests.endurance.site.journal import is_shut, note


def work(name):
    note(name, "began")
    since = time.monotonic()
    while is_shut(name, since):
        time.sleep(0.01)
    note(name, "done")


async def async_work(name):
    note(name, "began")
    since = time.monotonic()
    while is_shut(name, since):
        await asyncio.sleep(0.01)
    note(name, "done")


def lines():
    while True:
        yield "line\n"
        time.sleep(0.05)


def GET(kind, query, res):
    res.after(async_work if kind == "async" else work, query["name"])
    if "endless" in query:
        return res.stream(lines(), "text/plain")
    return {"message": "The rest comes later."}
