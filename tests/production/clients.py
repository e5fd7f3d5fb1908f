"""Clients that go on asking, and remember every answer that was none."""

from __future__ import annotations

import http.client
import itertools
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from typing import NamedTuple

JSON = {"Content-Type": "application/json"}


class Failure(NamedTuple):
    at: float  # monotonic seconds
    asked: str
    why: str


class Clients:
    """So many clients, each on a connection that it keeps, until they are told to stop."""

    def __init__(self, port: int, count: int = 32) -> None:
        self.port = port
        self.mark = secrets.token_hex(4)
        self.failures: list[Failure] = []
        self.created: set[str] = set()  # the texts whose 201 a client has seen
        self.sent: set[str] = set()
        self.times: list[float] = []  # seconds, of each answer
        self._numbers = itertools.count()
        self._ending = Event()
        self._lock = Lock()
        self._threads = [Thread(target=self._run) for _ in range(count)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join(timeout=60)

    @property
    def answered(self) -> int:
        return len(self.times)

    def _run(self) -> None:
        asks: list[Callable[[http.client.HTTPConnection], tuple[str, int]]]
        asks = [self._hello, self._write, self._users, self._write, self._search]
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        for ask in itertools.cycle(asks):
            if self._ending.is_set():
                break
            start = time.monotonic()
            try:
                asked, status = ask(connection)
            except (OSError, http.client.HTTPException) as error:
                asked, status = ask.__name__, 0
                connection.close()
                # nginx tells who is idle for 30 s that it closes; in a test nobody is.
                self._fail(asked, repr(error))
                continue
            self.times.append(time.monotonic() - start)
            if status >= 400:
                self._fail(asked, str(status))
        connection.close()

    def _fail(self, asked: str, why: str) -> None:
        self.failures.append(Failure(time.monotonic(), asked, why))

    def _hello(self, connection: http.client.HTTPConnection) -> tuple[str, int]:
        return self._get(connection, "/api/hello")

    def _users(self, connection: http.client.HTTPConnection) -> tuple[str, int]:
        return self._get(connection, "/api/users")

    def _search(self, connection: http.client.HTTPConnection) -> tuple[str, int]:
        return self._get(connection, "/api/search?q=nextjs")

    def _get(self, connection: http.client.HTTPConnection, target: str) -> tuple[str, int]:
        connection.request("GET", target)
        response = connection.getresponse()
        response.read()
        return f"GET {target}", response.status

    def _write(self, connection: http.client.HTTPConnection) -> tuple[str, int]:
        with self._lock:
            text = f"{self.mark} {next(self._numbers)}"
        self.sent.add(text)
        connection.request("POST", "/api/feedback", json.dumps({"feedback": text}), JSON)
        response = connection.getresponse()
        response.read()
        if response.status == 201:
            self.created.add(text)
        return "POST /api/feedback", response.status


@contextmanager
def asking(port: int, count: int = 32) -> Iterator[Clients]:
    """Let clients ask while the block runs."""
    clients = Clients(port, count)
    clients.start()
    try:
        yield clients
    finally:
        clients.stop()
