"""The two ways to wait: in a thread, and on an event loop.

What is written once, with ``await``, goes both ways: in a thread it never lets go.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, Protocol, TypeVar

from fileapi.endpoint.chain import Step, off_loop
from fileapi.http.request import Request
from fileapi.http.response import Response

T = TypeVar("T")


class Way(Protocol):
    async def run(self, req: Request, res: Response) -> None:
        """Run the route's own step."""

    async def ask(self, question: Callable[[], T]) -> T:
        """Call a function that waits for a store."""

    async def outcome(self, future: Future[T], seconds: float) -> T | None:
        """Return what another request computes; None if that takes longer."""

    async def pause(self, seconds: float) -> None:
        """Wait."""


class InThread:
    def __init__(self, step: Step) -> None:
        self._step = step

    async def run(self, req: Request, res: Response) -> None:
        self._step(req, res)

    async def ask(self, question: Callable[[], T]) -> T:
        return question()

    async def outcome(self, future: Future[T], seconds: float) -> T | None:
        try:
            return future.result(seconds)
        except TimeoutError:
            return None

    async def pause(self, seconds: float) -> None:
        time.sleep(seconds)


class OnLoop:
    def __init__(self, step: Step) -> None:
        self._step = step
        self._in_thread = off_loop(lambda question: question())

    async def run(self, req: Request, res: Response) -> None:
        await self._step(req, res)

    async def ask(self, question: Callable[[], T]) -> T:
        answer: T = await self._in_thread(question)
        return answer

    async def outcome(self, future: Future[T], seconds: float) -> T | None:
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), seconds)
        except TimeoutError:
            return None

    async def pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def finished(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that goes by InThread, and so ends at once."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise AssertionError("It waited for an event loop.")
