"""What the site wrote down, and waiting for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Entry(NamedTuple):
    at: float  # time.monotonic() of the server, which is the test's as well
    what: str


class Journal:
    """The file that tests/endurance/site/journal.py writes."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def entries(self, name: str) -> list[Entry]:
        """Return what was written under a name."""
        lines = self._path.read_text().splitlines() if self._path.exists() else []
        words = [line.split(" ", 2) for line in lines]
        return [Entry(float(at), what) for at, under, what in words if under == name]

    def said(self, name: str) -> list[str]:
        """Return the same without the times."""
        return [entry.what for entry in self.entries(name)]

    def wait_for(self, name: str, what: str, timeout: float = 10) -> Entry:
        """Return the first entry of this text. Raises AssertionError where none comes."""
        entries = soon(
            lambda: [entry for entry in self.entries(name) if entry.what == what], bool, timeout
        )
        assert entries, f"{what!r} was not written within {timeout} s: {self.entries(name)}"
        return entries[0]

    def open_gate(self, name: str) -> None:
        """Let what waits in the site for a gate of this name go on."""
        self._path.with_name(f"{self._path.name}.{name}").touch()


def soon(look: Callable[[], T], is_right: Callable[[T], bool], timeout: float = 10) -> T:
    """Return what a look shows as soon as it is right, and at the end what it shows then."""
    deadline = time.monotonic() + timeout
    while not is_right(seen := look()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return seen
