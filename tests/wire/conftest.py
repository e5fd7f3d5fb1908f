"""A site of its own on a real gunicorn and a real uvicorn, with production's settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from tests.live.servers import PRODUCTION, REPOSITORY, Server

from .raw import Answer, Connection, Exchange, exchange, request

KINDS = ("gunicorn", "uvicorn")

ENVIRONMENT = {
    **PRODUCTION,
    "WEB_CONCURRENCY": "1",  # so that every check of the server's health is one of this process
    "THREADS": "8",
    # What this machine's address sends is a stranger's, as in production: no proxy stands here.
    "FORWARDED_ALLOW_IPS": "192.0.2.1",
    "FILEAPI_LOAD": "eager",
}


class Wire:
    """A running server, asked over sockets."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.kind = server.kind
        self.port = server.port

    def send(self, *parts: bytes, **options: object) -> Exchange:
        """Send bytes on a connection of their own; see `raw.exchange`."""
        return exchange(self.port, *parts, **options)  # type: ignore[arg-type]

    def ask(
        self, method: str, target: str | bytes, body: bytes = b"", *headers: bytes | str, **how: str
    ) -> Answer:
        """Send one request on a connection of its own, and return the answer."""
        with Connection(self.port) as connection:
            return connection.ask(request(method, target, body, *headers, **how))  # type: ignore[arg-type]

    def resident(self) -> int:
        """Return the memory of the server's processes, in bytes."""
        return sum(_resident(pid) for pid in _family(self.server.process.pid))


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Server]]:
    """Start a server of a kind, once."""
    running: dict[str, Server] = {}
    outputs = tmp_path_factory.mktemp("wire")

    def start(kind: str) -> Server:
        if kind not in running:
            running[kind] = Server(
                kind, "tests.wire.site", REPOSITORY, ENVIRONMENT, outputs / f"{kind}.txt"
            )
            running[kind].wait_until_ready()
        return running[kind]

    yield start
    for one in running.values():
        one.process.terminate()  # all first, for each takes its time
    for one in running.values():
        one.stop()


@pytest.fixture
def loading() -> str:
    """Import on first use: that makes no difference here."""
    return "lazy"


@pytest.fixture(params=KINDS)
def wire(request: pytest.FixtureRequest, start: Callable[[str], Server]) -> Iterator[Wire]:
    """The site on each server; after the test it must still answer within a second."""
    site = Wire(start(request.param))
    yield site
    _is_well(site)


@pytest.fixture
def gunicorn(start: Callable[[str], Server]) -> Iterator[Wire]:
    """The site on gunicorn alone."""
    site = Wire(start("gunicorn"))
    yield site
    _is_well(site)


def _is_well(site: Wire) -> None:
    with Connection(site.port, timeout=1) as connection:
        answer = connection.ask(request("GET", "/api/health", close=True))
    assert (answer.status, answer.body) == (200, b'{"ok":true}'), site.server.printed()


def _family(pid: int) -> list[int]:
    children = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    if int(file.read().rpartition(")")[2].split()[1]) == pid:
                        children.append(int(entry))
            except OSError:
                continue  # it has just ended
    return [pid, *children]


def _resident(pid: int) -> int:
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
