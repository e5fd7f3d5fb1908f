"""A Redis server to test with, and to stop, pause and restart."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import redis

from .servers import START_TIMEOUT, free_port
from .store_process import StoreProcess

PROGRAM = shutil.which("redis-server")

HOW_TO_GET_IT = (
    "This test needs a redis-server in PATH, to stop and to start; install one, for instance by: "
    "apt-get install redis-server"
)


class RedisServer(StoreProcess):
    """A server on a port of its own, which keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.socket = folder / "socket"
        self.client = redis.Redis(port=self.port, socket_timeout=5, decode_responses=True)

    def start(self) -> None:
        """Start, and return when it answers. Raises RuntimeError if it does not."""
        assert PROGRAM is not None
        where = ["--bind", "127.0.0.1", "--port", str(self.port), "--unixsocket", self.socket]
        with (self.folder / "output").open("ab") as output:
            self.process = subprocess.Popen(
                [PROGRAM, *where, "--save", "", "--appendonly", "no"],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(redis.ConnectionError):
                self.client.ping()
                return
            time.sleep(0.02)
        self.stop()
        raise RuntimeError(f"redis-server did not start:\n{(self.folder / 'output').read_text()}")


@contextmanager
def started() -> Iterator[RedisServer]:
    """Start a server in a temporary folder; end it, and drop the folder."""
    with tempfile.TemporaryDirectory(prefix="fileapi-redis-") as folder:
        server = RedisServer(Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.stop()
            server.client.close()
