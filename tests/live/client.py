"""Requests as they are written, to a real server."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def content_type(self) -> str | None:
        return self.headers.get("content-type")

    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    port: int,
    method: str,
    target: str,
    body: bytes | str | tuple[bytes, ...] | None = None,
    headers: dict[str, str] | None = None,
    timeout: float = 30,
) -> Answer:
    """Send one request on a connection of its own. A body in parts is sent chunked."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    chunked = isinstance(body, tuple)
    try:
        # A server may answer, and close, before it has read a body that it refuses.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.request(method, target, body, headers or {}, encode_chunked=chunked)
        response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, response.read())
    finally:
        connection.close()


def at_once(call: Callable[[Any], T], values: Iterable[Any]) -> list[T]:
    """Call with each value from a thread of its own, all in the same moment."""
    values = list(values)
    barrier = Barrier(len(values))

    def wait_and_call(value: Any) -> T:
        barrier.wait(timeout=30)
        return call(value)

    with ThreadPoolExecutor(len(values)) as threads:
        return list(threads.map(wait_and_call, values))
