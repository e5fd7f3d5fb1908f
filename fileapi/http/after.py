"""Work that a request leaves behind, done when its answer has gone out."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync
from django.http.response import HttpResponseBase

logger = logging.getLogger("django.request")

Job = tuple[Callable[..., Any], tuple[Any, ...]]


def run_on_close(response: HttpResponseBase, jobs: list[Job]) -> None:
    """Run the jobs when the server closes the response, before Django closes its connections.

    Servers close it when it has been sent, and also when the client has left. A stopping server
    waits for it, as it does for the request; SIGKILL loses it.
    """
    # Under ASGI nobody closes the answer of a sync handler whose client has left meanwhile. Then
    # they run when it is dropped, which is at once and in the handler's thread.
    jobs_of_it = weakref.finalize(response, run, jobs)
    response._resource_closers.append(jobs_of_it)  # type: ignore[attr-defined]


def run(jobs: list[Job]) -> None:
    """Run each job, whatever became of the one before."""
    for function, args in jobs:
        try:
            result = function(*args)
            if hasattr(result, "__await__"):
                async_to_sync(_wait)(result)
        except Exception:
            logger.exception("res.after(%s) failed.", getattr(function, "__qualname__", function))


async def _wait(awaitable: Any) -> None:
    await awaitable
