"""Calls a site's WSGI or ASGI application as a server does, without one."""

from __future__ import annotations

import asyncio
import io
from typing import Any, NamedTuple

from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler


class Sent(NamedTuple):
    """A request as it is on the wire; names of headers in lower case."""

    method: str
    path: str
    query: bytes = b""
    headers: dict[str, bytes] = {}
    body: bytes = b""


class Answered(NamedTuple):
    status: int
    headers: list[tuple[str, bytes]]  # names in lower case
    body: bytes

    def header(self, name: str) -> bytes:
        """Return the value of a header that is there once."""
        (value,) = [value for one, value in self.headers if one == name]
        return value


class Wsgi:
    def __init__(self) -> None:
        self._application = WSGIHandler()

    def __call__(self, sent: Sent) -> Answered:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": sent.method,
            "PATH_INFO": sent.path,
            "QUERY_STRING": sent.query.decode("latin-1"),
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "CONTENT_LENGTH": str(len(sent.body)),
            "wsgi.input": io.BytesIO(sent.body),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
        }
        for name, value in sent.headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value.decode("latin-1")
        started: list[Any] = []
        response = self._application(environ, lambda *values: started.append(values))
        try:
            body = b"".join(response)
        finally:
            response.close()
        [(status, headers)] = started
        lines = [(name.lower(), value.encode("latin-1")) for name, value in headers]
        return Answered(int(status.split()[0]), lines, body)


class Asgi:
    def __init__(self) -> None:
        self._application = ASGIHandler()
        self._runner = asyncio.Runner()

    def close(self) -> None:
        self._runner.close()

    def __call__(self, sent: Sent) -> Answered:
        return self._runner.run(self._call(sent))

    async def _call(self, sent: Sent) -> Answered:
        scope = {
            "type": "http",
            "method": sent.method,
            "path": sent.path,
            "query_string": sent.query,
            "headers": [(name.encode(), value) for name, value in sent.headers.items()],
            "server": ("testserver", 80),
        }
        got: list[Any] = []
        arriving = [{"type": "http.request", "body": sent.body}]

        async def receive() -> Any:
            return arriving.pop() if arriving else await asyncio.Event().wait()

        async def send(message: Any) -> None:
            got.append(message)

        await self._application(scope, receive, send)
        head, *parts = got
        lines = [(name.decode("latin-1").lower(), value) for name, value in head["headers"]]
        return Answered(head["status"], lines, b"".join(part["body"] for part in parts))
