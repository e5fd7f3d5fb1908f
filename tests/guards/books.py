"""A route whose handler asks ``req.check`` about one book, in each way that it can be written."""

from __future__ import annotations

from typing import Any

from .people import token

BOOKS = """
from django.http import Http404
BOOKS = {1: {"owner": "ann"}, 2: {"owner": "bob"}}
"""
GET = """
def GET(pk, req):
    if pk not in BOOKS:
        raise Http404
    req.check(BOOKS[pk])
    return pk
"""
# What has_object_permission needs is at hand, so nothing waits for I/O.
AT_ONCE = GET.replace("def GET", "async def GET")
IN_A_THREAD = AT_ONCE.replace("req.check(", "await sync_to_async(req.check)(")
KINDS = {"sync": GET, "async, at once": AT_ONCE, "async, in a thread": IN_A_THREAD}


def fares(served: Any, *names: str) -> dict[str, int]:
    """Return how each of them fares with ann's book; the stranger is ``""``."""
    return {
        name: served.get("/api/1", **(token(name) if name else {})).status_code for name in names
    }
