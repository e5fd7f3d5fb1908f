"""Servers on one core, the load on another."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.cases import Case
from benchmarks.race.peers import Peer, environment

SERVER_CORE, LOAD_CORE = "0", "1"
CONNECTIONS = 32
PATIENCE = 60  # seconds for a server to start


class Running:
    """A peer that serves."""

    def __init__(self, peer: Peer, port: int, token: str) -> None:
        self.peer = peer
        self.base = f"http://127.0.0.1:{port}"
        self.token = token

    def ask(self, case: Case) -> tuple[int, bytes]:
        """Return status and body of one answer."""
        request = urllib.request.Request(
            self.base + self.peer.path(case.path),
            data=case.body or None,
            headers=case.headers(self.token),
            method=case.method,
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def load(self, case: Case, seconds: float, tools: Path) -> dict[str, Any]:
        """Return autocannon's report on so many seconds of as much as the peer can take."""
        command = ["node", "node_modules/autocannon/autocannon.js", "--json", "--no-progress"]
        command += ["-c", str(CONNECTIONS), "-d", str(seconds), "-m", case.method]
        for name, value in case.headers(self.token).items():
            command += ["-H", f"{name}={value}"]
        if case.body:
            command += ["-b", case.body.decode()]
        done = subprocess.run(
            ["taskset", "-c", LOAD_CORE, *command, self.base + self.peer.path(case.path)],
            cwd=tools,
            capture_output=True,
            text=True,
            timeout=seconds + 60,
        )
        if done.returncode:
            raise SystemExit(f"autocannon failed on {self.peer.name}:\n{done.stderr}")
        report: dict[str, Any] = json.loads(done.stdout)
        wrong = {key: n for key, n in report["statusCodeStats"].items() if key != str(case.status)}
        if wrong or report["errors"]:
            raise SystemExit(
                f"{self.peer.name} failed at {case.path}: {wrong}, {report['errors']} errors."
            )
        return report


@contextmanager
def serving(peer: Peer, database: str, token: str, log: Path) -> Iterator[Running]:
    """Serve as long as the block lasts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [part.replace("{port}", str(port)) for part in peer.command]
    with log.open("w") as output:
        process = subprocess.Popen(
            ["taskset", "-c", SERVER_CORE, *command],
            cwd=peer.folder,
            env=environment(peer, database),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(process, port, log)
        yield Running(peer, port, token)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"A server did not start:\n{log.read_text()}")
