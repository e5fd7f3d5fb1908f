"""One request to the handler of WSGI or of ASGI, its answer taken part by part.

Django's test client would not do: it wraps streams, and has no way to leave.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Protocol

from django.test import AsyncRequestFactory, RequestFactory

from fileapi import asgi, wsgi

from .gate import PATIENCE


class Exchange(Protocol):
    status: int
    headers: dict[str, str]

    def part(self) -> bytes | None:
        """Return the next part of the body; None when the server has closed the answer."""

    def leave(self) -> None:
        """Go away, as a client does, and return when the server has noticed."""


def read(exchange: Exchange) -> bytes:
    """Return the rest of a body."""
    body = b""
    while (part := exchange.part()) is not None:
        body += part
    return body


class WsgiExchange:
    def __init__(self, method: str, path: str, **options: Any) -> None:
        environ = RequestFactory().generic(method, path, **options).environ
        self._body: Any = wsgi.Handler()(environ, self._start)
        self._parts = iter(self._body)

    def _start(self, status: str, headers: Iterable[tuple[str, str]], *_: Any) -> None:
        self.status = int(status.split()[0])
        self.headers = dict(headers)

    def part(self) -> bytes | None:
        try:
            found = next(self._parts, None)
        except Exception:
            self.leave()  # PEP 3333: closed in any case
            raise
        if found is None:
            self.leave()
        return found

    def leave(self) -> None:
        self._body.close()


class _AsgiHandler(asgi.Handler):
    async def read_body(self, receive: Any) -> Any:
        self.body_file = await super().read_body(receive)
        return self.body_file


class AsgiExchange:
    def __init__(self, method: str, path: str, **options: Any) -> None:
        request = AsyncRequestFactory().generic(method, path, **options)
        self._body: bytes | None = request.read()
        self._has_ended = False
        self._runner = asyncio.Runner()
        self._left = asyncio.Event()
        # As much as a socket whose other end does not read.
        self._sent: asyncio.Queue[Any] = asyncio.Queue(maxsize=1)
        self._handler = _AsgiHandler()
        call = self._handler(request.scope, self._receive, self._sent.put)
        self._task = self._runner.get_loop().create_task(call)
        start = self._runner.run(self._next())
        self.status = start["status"]
        self.headers = {name.decode(): value.decode() for name, value in start["headers"]}

    async def _receive(self) -> dict[str, Any]:
        if self._body is None:
            await self._left.wait()
            return {"type": "http.disconnect"}
        message = {"type": "http.request", "body": self._body}
        self._body = None
        return message

    async def _next(self) -> Any:
        message = asyncio.ensure_future(self._sent.get())
        await asyncio.wait(
            {message, self._task}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED
        )
        if message.done():
            return message.result()
        message.cancel()
        if not self._task.done():
            raise TimeoutError("The server sends nothing.")
        return self._task.result()

    def part(self) -> bytes | None:
        if self._has_ended:
            return None
        try:
            message = self._runner.run(self._next())
        except BaseException:
            self._has_ended = True
            self._runner.close()
            self._handler.body_file.close()  # Django 5.2 leaves it open
            raise
        if not message.get("more_body"):
            self._end()
            return message.get("body") or None
        return bytes(message["body"])

    def leave(self) -> None:
        if not self._has_ended:
            self._left.set()
            self._end()

    def _end(self) -> None:
        self._has_ended = True

        async def ended() -> None:
            async with asyncio.timeout(PATIENCE):
                await self._task

        try:
            self._runner.run(ended())
        finally:
            self._runner.close()
