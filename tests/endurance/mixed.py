"""Requests of every kind, each with the status it is answered with, and clients that leave."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import NamedTuple

from .running import Running
from .wire import Wire

BOUNDARY = "a-line-between-parts"
UPLOAD = "\r\n".join(
    [
        f"--{BOUNDARY}",
        'Content-Disposition: form-data; name="title"',
        "",
        "A file",
        f"--{BOUNDARY}",
        'Content-Disposition: form-data; name="file"; filename="a.txt"',
        "",
        4_000 * "x",
        f"--{BOUNDARY}--",
        "",
    ]
).encode()
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


class Mixed(NamedTuple):
    status: int
    sent: bytes


def request(method: str, target: str, body: bytes = b"", content_type: str = "") -> bytes:
    lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1"]
    if content_type:
        lines += [f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def chunked(target: str, parts: list[bytes], content_type: str) -> bytes:
    head = request("POST", target)[:-2]
    head += f"Content-Type: {content_type}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    return head + b"".join([b"%x\r\n%b\r\n" % (len(part), part) for part in [*parts, b""]])


# Fifteen, which no number of clients that leave in each ten falls in step with.
REQUESTS = [
    Mixed(200, request("GET", "/api/hello")),
    Mixed(200, request("GET", "/api/items/42")),
    Mixed(200, request("POST", "/api/echo", json.dumps({"a": [1, "é"]}).encode(), JSON)),
    Mixed(200, request("POST", "/api/echo", b"a=1&b=2&b=3", FORM)),
    Mixed(200, request("POST", "/api/echo", UPLOAD, f"multipart/form-data; boundary={BOUNDARY}")),
    Mixed(200, request("GET", "/api/numbers?count=5")),
    Mixed(404, request("GET", "/api/nothing")),
    Mixed(405, request("DELETE", "/api/hello")),
    Mixed(500, request("GET", "/api/fails")),
    Mixed(200, chunked("/api/echo", [b'{"in', b'": "parts"}'], JSON)),
    Mixed(400, request("POST", "/api/echo", b'{"a": ', JSON)),
    Mixed(200, request("GET", "/api/rows")),
    Mixed(413, request("POST", "/api/echo", 1_100_000 * b" ", JSON)),
    Mixed(200, chunked("/api/upload/async", 3 * [9_000 * b"x"], "text/plain")),
    Mixed(400, request("GET", "/api/numbers")),
]


def half_a_head(site: Running, wire: Wire) -> None:
    wire.send(REQUESTS[0].sent[:20])


def half_a_body(site: Running, wire: Wire) -> None:
    wire.send(REQUESTS[4].sent[:-2_000])


def half_of_the_chunks(site: Running, wire: Wire) -> None:
    wire.send(REQUESTS[13].sent[:-10_000])


def no_answer(site: Running, wire: Wire) -> None:
    wire.send(REQUESTS[11].sent)


def half_a_stream(site: Running, wire: Wire) -> None:
    wire.get("/api/numbers?count=100000")
    wire.read_until(b"\r\n5\n")


def no_event(site: Running, wire: Wire) -> None:
    wire.get("/api/ticks/async?name=ticks&every=0.01")


LEAVING: list[Callable[[Running, Wire], None]] = [
    half_a_head,
    half_a_body,
    half_of_the_chunks,
    no_answer,
    half_a_stream,
    no_event,
]


class Client:
    """Asks on one connection after the other; of ten requests, leaves in the middle of one."""

    def __init__(self, site: Running, number: int) -> None:
        self._site = site
        self._number = number
        self._wire: Wire | None = None
        self.answers: Counter[tuple[int, int]] = Counter()  # of expected and actual status

    def run(self, count: int) -> None:
        """Send so many requests."""
        try:
            for turn in range(self._number, self._number + count):
                if turn % 10 == 9:
                    self._leave(LEAVING[turn // 10 % len(LEAVING)])
                else:
                    self._ask(REQUESTS[turn % len(REQUESTS)])
        finally:
            self._hang_up()

    def _hang_up(self) -> None:
        if self._wire is not None:
            self._wire.leave()
            self._wire = None

    def _connected(self) -> Wire:
        if self._wire is None:
            self._wire = self._site.wire(timeout=20)
        return self._wire

    def _leave(self, how: Callable[[Running, Wire], None]) -> None:
        # A server that has no place for a stream says 503, and closes.
        with suppress(ConnectionError, EOFError):
            how(self._site, self._connected())
        self._hang_up()

    def _ask(self, what: Mixed) -> None:
        wire = self._connected()
        with suppress(ConnectionError):  # a refused body may be cut off while it is sent
            wire.send(what.sent)
        response = wire.response()
        response.read()
        self.answers[what.status, response.status] += 1
        # Behind a body that was not read a server closes, and does not always say so.
        if response.will_close or response.status == 413:
            self._hang_up()


def send_mixed(site: Running, count: int, clients: int) -> Counter[tuple[int, int]]:
    """Send requests by several clients at once; return how often which status came for which."""
    each = [Client(site, 3 * number) for number in range(clients)]
    with ThreadPoolExecutor(clients) as threads:
        list(threads.map(lambda client: client.run(count // clients), each))
    return sum((client.answers for client in each), Counter())
