"""Guards, middleware and handler as one callable. Sync and async meet here, once.

A step takes (req, res) and leaves the answer on res. It is sync, or a coroutine function; where
one kind calls the other, asgiref sends it to a thread, or back to the loop, with its context.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Generator
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async

from fileapi.http.pending import Unanswerable
from fileapi.http.request import Request
from fileapi.http.response import Response

from .answer import awaited, settle
from .binding import Handler, is_coroutine

Step = Callable[[Request, Response], Any]
Guard = Callable[[Request, Response], None]
Middleware = Callable[..., Any]


def innermost(handler: Handler) -> Step:
    """Return the step that calls a handler."""
    call = handler.call
    if handler.is_async:

        async def run_async(req: Request, res: Response) -> None:
            value = await call(req, res)
            if handler.read is None:
                settle(res, value, handler)
                return
            if hasattr(value, "__aiter__") and not hasattr(value, "__iter__"):
                value = [item async for item in value]
            # It may be a queryset, which asks the database while it is read.
            await off_loop(settle)(res, value, handler)

        return run_async

    def run(req: Request, res: Response) -> None:
        value = call(req, res)
        if value is not None and type(value) is not dict:  # most are one or the other
            value = awaited(value)
        settle(res, value, handler)

    return run


def chain(handler: Handler, middleware: list[tuple[str, Middleware]]) -> Step:
    """Return one step for a handler and the middleware around it, root first."""
    step = innermost(handler)
    for file, function in reversed(middleware):
        name = f"{file}: {getattr(function, '__qualname__', function)}"
        around = Handler(name=name, call=step, is_async=is_coroutine(function))
        step = _async_link(function, around) if around.is_async else _sync_link(function, around)
    return step


def off_loop(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a coroutine function that calls a sync one in the thread that Django keeps for it.

    StopIteration becomes RuntimeError, as in a generator (PEP 479): a future of asyncio takes it
    for its own end, and up to Python 3.11 waits for ever.
    """

    def run(*args: Any) -> Any:
        try:
            return function(*args)
        except StopIteration as error:
            raise RuntimeError("A StopIteration was not caught.") from error

    return sync_to_async(run, thread_sensitive=True)


def guarded(guard: Guard, step: Step, *, blocks: bool) -> Step:
    """Return a step that runs a guard before another; ``blocks`` says that it waits for I/O."""
    if not is_coroutine(step):

        def run(req: Request, res: Response) -> None:
            guard(req, res)
            step(req, res)

        return run

    in_thread = off_loop(guard) if blocks else None

    async def run_async(req: Request, res: Response) -> None:
        if in_thread is None:
            guard(req, res)
        else:
            await in_thread(req, res)
        await step(req, res)

    return run_async


def _sync_link(middleware: Middleware, around: Handler) -> Step:
    inner = async_to_sync(around.call) if is_coroutine(around.call) else around.call

    def run(req: Request, res: Response) -> None:
        ran = False

        def next() -> Response:
            nonlocal ran
            if ran:
                raise Unanswerable(f"{around.name} called next() twice.")
            ran = True
            try:
                inner(req, res)
            except BaseException:
                res.reopen()
                raise
            res.may_change = True
            return res

        value = awaited(middleware(req, res, next))
        _conclude(res, value, around, ran)

    # With an async part inside, the whole chain is a coroutine: Django bridges it once.
    return off_loop(run) if is_coroutine(around.call) else run


def _async_link(middleware: Middleware, around: Handler) -> Step:
    inner = around.call
    if not is_coroutine(inner):
        inner = off_loop(inner)

    async def run(req: Request, res: Response) -> None:
        next = _Next(inner, req, res, around.name)
        value = await middleware(req, res, next)
        if next.called_at and not next.awaited:
            raise Unanswerable(f"{next.called_at}: next() was not awaited. Write 'await next()'.")
        _conclude(res, value, around, next.awaited)

    return run


class _Next:
    """What an async middleware calls and awaits."""

    __slots__ = ("awaited", "called_at", "inner", "name", "req", "res")

    def __init__(self, inner: Step, req: Request, res: Response, name: str) -> None:
        self.inner = inner
        self.req = req
        self.res = res
        self.name = name
        self.called_at = ""
        self.awaited = False

    def __call__(self) -> Awaitable[Response]:
        caller = sys._getframe(1)
        self.called_at = f"{caller.f_code.co_filename}:{caller.f_lineno}"
        return self

    def __await__(self) -> Generator[Any, None, Response]:
        if self.awaited:
            raise Unanswerable(f"{self.name} called next() twice.")
        self.awaited = True
        return self._run().__await__()

    async def _run(self) -> Response:
        try:
            await self.inner(self.req, self.res)
        except BaseException:
            self.res.reopen()
            raise
        self.res.may_change = True
        return self.res


def _conclude(res: Response, value: Any, around: Handler, ran: bool) -> None:
    """Take what a middleware returned as its answer; None keeps the one there is."""
    if value is None and not res.answered:
        raise Unanswerable(f"{around.name} neither called next() nor answered. Do one of the two.")
    if value is not None and value is not res and res.may_change:
        res.reopen()
    settle(res, value, around)
