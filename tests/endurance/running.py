"""A server with the site, its worker's process as /proc shows it, and what the site writes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

from tests.live.client import Answer
from tests.live.servers import Server

from .records import Journal, soon
from .wire import Wire


class Held(NamedTuple):
    """What a process holds on to."""

    threads: int
    files: int

    def exceeds(self, other: Held) -> bool:
        return self.threads > other.threads or self.files > other.files


class Running:
    def __init__(self, server: Server, journal: Journal) -> None:
        self.server = server
        self.kind = server.kind
        self.journal = journal
        self._worker: int | None = None

    def ask(self, method: str, target: str, *args: Any, **options: Any) -> Answer:
        """Send a request on a connection of its own, and return the answer."""
        return self.server.ask(method, target, *args, **options)

    def wire(self, timeout: float = 5) -> Wire:
        """Open a connection to write on as one likes."""
        return Wire(self.server.port, timeout)

    def get(self, target: str, timeout: float = 5) -> Wire:
        """Open a connection, and ask for something on it."""
        wire = self.wire(timeout)
        wire.get(target)
        return wire

    @property
    def worker(self) -> int:
        """The id of the process that answers requests."""
        if self._worker is None:
            pid = self.server.process.pid
            self._worker = pid if self.kind == "uvicorn" else soon(lambda: _child(pid), bool)
        return self._worker

    def memory(self) -> int:
        """Return the bytes of memory that the worker has in use."""
        return self._status("VmRSS") * 1024

    def highest_memory(self) -> int:
        """Return the most that it has had in use since `forget_highest_memory`."""
        return self._status("VmHWM") * 1024

    def forget_highest_memory(self) -> None:
        Path(f"/proc/{self.worker}/clear_refs").write_text("5")

    def held(self) -> Held:
        """Return how many threads and open files, connections among them, the worker has."""
        threads = len(self.ask("GET", "/api/threads").json())
        return Held(threads, len(os.listdir(f"/proc/{self.worker}/fd")))

    def held_soon(self, at_most: Held) -> Held:
        """Return the same, as soon as it is no more than this, or after a while."""
        return soon(self.held, lambda held: not held.exceeds(at_most))

    def _status(self, name: str) -> int:
        lines = Path(f"/proc/{self.worker}/status").read_text().splitlines()
        fields = dict(line.split(":", 1) for line in lines)
        return int(fields[name].split()[0])


def _child(pid: int) -> int:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(children[0]) if len(children) == 1 else 0
