"""Containers in all but name: gunicorn with the site, each one on an address of its own."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.live.servers import REPOSITORY, START_TIMEOUT, environment, free_port


class Member:
    """One gunicorn: a master and its workers, in a process group of their own."""

    def __init__(self, address: str, port: int, folder: Path, env: dict[str, str]) -> None:
        self.address, self.port = address, port
        self.output = folder / f"{address}.txt"
        self._env = {**env, "BIND": f"{address}:{port}"}
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"]
        with self.output.open("ab") as output:
            return subprocess.Popen(
                command,
                cwd=REPOSITORY,
                env=environment("project", REPOSITORY, self._env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def answers(self) -> bool:
        """Return whether it answers a request of its own."""
        connection = http.client.HTTPConnection(self.address, self.port, timeout=5)
        try:
            connection.request("GET", "/api/hello", headers={"Host": "127.0.0.1"})
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def wait_until_ready(self) -> None:
        """Return when it answers. Raises RuntimeError with its output if it does not."""
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.answers():
                return
            time.sleep(0.02)
        raise RuntimeError(f"{self.address} did not start:\n{self.printed()[-3000:]}")

    def workers(self) -> list[int]:
        """Return the ids of the processes that answer requests."""
        pid = self.process.pid
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def kill(self) -> None:
        """End all of it at once, as the kernel does with a container that is out of memory."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self, timeout: float = 40) -> int:
        """Ask it to end, as ``docker stop`` does, and return its exit status."""
        self.process.terminate()
        try:
            return self.process.wait(timeout)
        finally:
            self.kill()

    def start_again(self) -> None:
        """Start it where it was, as ``restart: unless-stopped`` does."""
        self.process = self._start()

    def printed(self) -> str:
        return self.output.read_text(errors="replace")


@contextmanager
def started(count: int, folder: Path, env: dict[str, str]) -> Iterator[list[Member]]:
    """Start so many; end them all."""
    port = free_port()
    members = [Member(f"127.0.0.{2 + number}", port, folder, env) for number in range(count)]
    try:
        for one in members:
            one.wait_until_ready()
        yield members
    finally:
        for one in members:
            one.process.terminate()
        for one in members:
            one.stop()
