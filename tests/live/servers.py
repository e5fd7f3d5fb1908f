"""Servers in processes of their own, on free ports of this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from .client import Answer, ask

REPOSITORY = Path(__file__).resolve().parents[2]

# Nothing listens on TLS here, and the answers are to be the site's own.
PRODUCTION = {
    "SECRET_KEY": "long-enough-for-every-check-of-its-length-and-no-secret-at-all",
    "ALLOWED_HOSTS": "127.0.0.1",
    "SECURE_SSL_REDIRECT": "off",
}

START_TIMEOUT = 30.0  # seconds
STOP_TIMEOUT = 10.0


def environment(package: str, folder: Path, env: dict[str, str]) -> dict[str, str]:
    """Return all that a process needs to know, and nothing of this one's environment."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": os.pathsep.join(dict.fromkeys([str(folder), str(REPOSITORY)])),
        "DJANGO_SETTINGS_MODULE": f"{package}.settings",
        **env,
    }


def command(kind: str, package: str, port: int) -> tuple[list[str], dict[str, str]]:
    """Return what starts a server of a kind, and what it reads from the environment."""
    if kind == "runserver":
        return ["django", "runserver", "--noreload", f"127.0.0.1:{port}"], {}
    if kind == "reloading runserver":
        return ["django", "runserver", f"127.0.0.1:{port}"], {}
    if kind == "gunicorn":
        config = str(REPOSITORY / "gunicorn.conf.py")
        env = {"BIND": f"127.0.0.1:{port}", "GRACEFUL_TIMEOUT": "1"}
        return ["gunicorn", "--config", config, f"{package}.wsgi"], env
    if kind == "uvicorn":
        options = ["--port", str(port), "--timeout-graceful-shutdown", "1"]
        return ["uvicorn", f"{package}.asgi:application", *options], {}
    raise ValueError(f"{kind!r} is no kind of server.")


class Server:
    """A running server. ``output`` is the file that holds all it has printed."""

    def __init__(
        self, kind: str, package: str, folder: Path, env: dict[str, str], output: Path
    ) -> None:
        self.kind = kind
        self.output = output
        self.is_stopped = False
        self.port = free_port()
        arguments, own = command(kind, package, self.port)
        with output.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=folder,
                env=environment(package, folder, {**own, **env}),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that its children can be ended with it
            )

    def ask(self, method: str, target: str, *args: Any, **options: Any) -> Answer:
        """Send a request and return the answer; the arguments are those of `client.ask`."""
        return ask(self.port, method, target, *args, **options)

    def wait_until_ready(self) -> None:
        """Return when the server listens. Raises RuntimeError with its output if it does not."""
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"{self.kind} did not start:\n{self.printed()}")

    def printed(self, since: int = 0) -> str:
        """Return what the server has printed, from a position in its output on."""
        return self.output.read_bytes()[since:].decode(errors="replace")

    def stop(self) -> None:
        """End the server: politely, and then what is left of its process group."""
        if self.is_stopped:
            return  # its id may be another process's by now
        self.is_stopped = True
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_TIMEOUT)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def manage(
    *arguments: str, package: str = "project", folder: Path = REPOSITORY, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run a management command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "django", *arguments],
        cwd=folder,
        env=environment(package, folder, env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
