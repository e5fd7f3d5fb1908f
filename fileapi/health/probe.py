"""A question to a store, asked so that a store which never answers holds nothing up."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock, Thread
from time import monotonic

LIMIT = 1.5  # seconds for an answer; probes themselves give up after one to three
FRESH = 1.0  # seconds that an answer is good for: anybody may ask, and makes no more work than this


class Attempt:
    """One question, in a thread of its own."""

    def __init__(self, ask: Callable[[], None]) -> None:
        self._start = monotonic()
        self._done = Event()
        self._failure: str | None = None
        # A daemon: one that is stuck keeps no process from ending.
        Thread(target=self._run, args=(ask,), daemon=True).start()

    def _run(self, ask: Callable[[], None]) -> None:
        try:
            ask()
        except Exception as error:
            lines = str(error).strip().splitlines() or [""]
            self._failure = f"{type(error).__name__}: {lines[0]}"
        finally:
            self._done.set()

    def is_current(self) -> bool:
        """Tell whether it has no answer yet, or a fresh one."""
        return not self._done.is_set() or monotonic() - self._start < FRESH

    def failure(self) -> str | None:
        """Return why the store is of no use, None for one that is; wait for as long as it may."""
        if self._done.wait(max(0.0, self._start + LIMIT - monotonic())):
            return self._failure
        return f"no answer within {LIMIT:g} s"


class Probe:
    """Asks a store once for all who want to know, and not again while a question is open."""

    def __init__(self, ask: Callable[[], None]) -> None:
        self._ask = ask
        self._lock = Lock()
        self._last: Attempt | None = None

    def attempt(self) -> Attempt:
        """Return the question that is open or freshly answered, else a new one."""
        with self._lock:
            if self._last is None or not self._last.is_current():
                self._last = Attempt(self._ask)
            return self._last
