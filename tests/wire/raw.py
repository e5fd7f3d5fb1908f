"""Bytes to a server, and what comes back: no client in between that would mend a request."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from typing import Any, NamedTuple

HOST = b"Host: 127.0.0.1\r\n"


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]  # names in lower case, each as often as it was sent
    body: bytes
    is_whole: bool = True

    def header(self, name: str) -> str | None:
        return dict(self.headers).get(name)

    def json(self) -> Any:
        return json.loads(self.body)


class Exchange(NamedTuple):
    """What came back on one connection, and whether the server closed it."""

    answers: list[Answer]
    closed: bool
    raw: bytes

    @property
    def statuses(self) -> list[int]:
        return [answer.status for answer in self.answers]

    @property
    def only(self) -> Answer:
        (answer,) = self.answers
        return answer


class Connection:
    """A connection that is kept: one request and one answer at a time."""

    def __init__(self, port: int, timeout: float = 10) -> None:
        self.port = port
        self.timeout = timeout
        self._open()

    def _open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), self.timeout)
        self.file = self.socket.makefile("rb")

    def ask(self, data: bytes) -> Answer:
        """Send a request and return the answer. The connection is renewed when it was closed."""
        # A server may answer, and close, before it has read what it refuses.
        with suppress(OSError):
            self.socket.sendall(data)
        answer = _read(self.file, data.startswith(b"HEAD "))
        if answer is None:
            raise ConnectionError("no answer")
        if answer.header("connection") == "close":
            self.close()
            self._open()
        return answer

    def close(self) -> None:
        self.file.close()
        self.socket.close()

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def exchange(
    port: int,
    *parts: bytes,
    wait: float = 1.0,
    half_close: bool = False,
    expect: int | None = None,
    heads: Iterable[int] = (),
) -> Exchange:
    """Send bytes, and read until the server closes, ``expect`` answers are there, or a time-out.

    ``heads`` are the positions of requests by HEAD, whose answers have no body.
    """
    received = b""
    closed = False
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        for part in parts:
            # A server may answer, and close, before it has read what it refuses.
            with suppress(OSError):
                connection.sendall(part)
        if half_close:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + wait
        while (left := deadline - time.monotonic()) > 0:
            connection.settimeout(left)
            try:
                block = connection.recv(65536)
            except TimeoutError:
                break
            except ConnectionResetError:
                block = b""
            if not block:
                closed = True
                break
            received += block
            whole = [answer for answer in answers(received, heads) if answer.is_whole]
            if expect is not None and len(whole) >= expect:
                break
    return Exchange(answers(received, heads), closed, received)


def answers(data: bytes, heads: Iterable[int] = ()) -> list[Answer]:
    """Return the answers that stand one behind the other in some bytes."""
    file = BytesIO(data)
    positions = set(heads)
    found = []
    while file.tell() < len(data):
        answer = _read(file, len(found) in positions)
        if answer is None:
            break
        found.append(answer)
    return found


class _Kept:
    """A file that is not closed at the end of an answer: another one may follow."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def makefile(self, mode: str) -> _Kept:
        return self

    def close(self) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _read(file: Any, is_head: bool) -> Answer | None:
    response = http.client.HTTPResponse(
        _Kept(file),  # type: ignore[arg-type]
        method="HEAD" if is_head else "GET",
    )
    try:
        response.begin()
    except (http.client.HTTPException, ConnectionError):
        return None
    headers = [(name.lower(), value) for name, value in response.getheaders()]
    try:
        return Answer(response.status, headers, response.read())
    except http.client.IncompleteRead as error:
        return Answer(response.status, headers, error.partial, is_whole=False)


def request(
    method: str,
    target: str | bytes,
    body: bytes = b"",
    *headers: bytes | str,
    content_type: str | None = None,
    close: bool = False,
) -> bytes:
    """Return the bytes of a request. Header lines are sent as they are."""
    line = method.encode() + b" " + _bytes(target) + b" HTTP/1.1\r\n"
    lines = [HOST] + [_bytes(header) + b"\r\n" for header in headers]
    if content_type is not None:
        lines.append(b"Content-Type: " + content_type.encode() + b"\r\n")
    if body:
        lines.append(b"Content-Length: %d\r\n" % len(body))
    if close:
        lines.append(b"Connection: close\r\n")
    return line + b"".join(lines) + b"\r\n" + body


def chunked(*parts: bytes) -> bytes:
    """Return a body in chunks, with its end."""
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")
