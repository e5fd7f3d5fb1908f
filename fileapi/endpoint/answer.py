"""What a handler, or a middleware, returned: put on ``res``."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable
from typing import Any

from asgiref.sync import async_to_sync
from django.http.response import HttpResponseBase

from fileapi.http.pending import Unanswerable
from fileapi.http.response import Response

from .binding import Handler


def settle(res: Response, value: Any, handler: Handler) -> None:
    """Make ``value`` the answer. Raises Unanswerable for none, or for a second one."""
    if value is None:
        if res.answered:
            return
        if not handler.no_content:
            raise Unanswerable(
                f"{handler.name} neither answered nor returned. Call res.json(...), return a "
                "value, or annotate it with '-> None' for 204."
            )
        res.status(204).end()
    elif value is res:
        if not res.answered:
            raise Unanswerable(
                f"{handler.name} returned res without an answer. Call res.json(...) or res.end()."
            )
    elif res.answered:
        raise Unanswerable(
            f"{handler.name} answered on res and returned {type(value).__name__} besides. "
            "Do one of the two."
        )
    elif isinstance(value, HttpResponseBase):
        res.adopt(value)
    elif handler.read is not None:
        try:
            value = handler.read(value)
        except Unanswerable as error:
            raise Unanswerable(f"{handler.name} {error}") from error
        res.json(value)
    else:
        res.json(value)


def awaited(value: Any) -> Any:
    """Return the result of what a sync function returned, if that has to be awaited."""
    if not inspect.isawaitable(value):
        return value
    return async_to_sync(_result)(value)


async def _result(value: Awaitable[Any]) -> Any:
    return await value
