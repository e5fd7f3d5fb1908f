"""A memcached to test with, and to stop and pause."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from .servers import START_TIMEOUT, free_port
from .store_process import StoreProcess

PROGRAM = shutil.which("memcached")

HOW_TO_GET_IT = (
    "This test needs a memcached in PATH, to stop and to start; install one, for instance by: "
    "apt-get install memcached"
)


class Memcached(StoreProcess):
    """A server on a port of its own."""

    def __init__(self) -> None:
        self.port = free_port()

    def start(self) -> None:
        """Start, and return when it listens. Raises RuntimeError if it does not."""
        assert PROGRAM is not None
        self.process = subprocess.Popen(
            [PROGRAM, "-l", "127.0.0.1", "-p", str(self.port), "-U", "0", "-u", "nobody"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.02)
        self.stop()
        raise RuntimeError("memcached did not start.")


@contextmanager
def started() -> Iterator[Memcached]:
    """Start a server; end it."""
    server = Memcached()
    try:
        server.start()
        yield server
    finally:
        server.stop()
