"""What containers are told to live with: no user of that number, no HOME, nothing to write to."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.live.client import Answer, ask
from tests.live.servers import PRODUCTION, START_TIMEOUT, free_port

# The whole tree read-only but one folder in memory, as a container's /tmp is; then another user.
CONFINE = """
mount -t tmpfs tmpfs "$1"
for point in $(findmnt --noheadings --raw --output TARGET --target "$2") /; do
  mount -o remount,bind,ro "$point"
done
cd "$2"
exec unshare --user --map-user="$3" --map-group="$3" "${@:4}"
"""
OUTSIDE = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]


class Confined:
    """Runs commands as a random user in a read-only folder."""

    def __init__(self, app: Path, tmp: Path, env: dict[str, str]) -> None:
        self.app, self.tmp, self.env = app, tmp, env
        self.uid = random.randint(100_000, 2_000_000_000)

    def start(self, *command: str, **env: str) -> subprocess.Popen[str]:
        confine = ["unshare", *OUTSIDE, "--mount", "bash", "-euc", CONFINE, "-"]
        return subprocess.Popen(
            [*confine, str(self.tmp), str(self.app), str(self.uid), *command],
            env={**self.env, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *command: str) -> tuple[int, str]:
        """Run a command to its end; return its exit code and what it printed."""
        process = self.start(*command)
        printed, _ = process.communicate(timeout=60)
        return process.returncode, printed


@pytest.fixture
def confined(app: Path, tmp_path: Path, need: Any) -> Confined:
    tried = subprocess.run(["unshare", *OUTSIDE, "--mount", "true"], capture_output=True)
    need(tried.returncode == 0, "Run as root, or allow unprivileged user namespaces.")
    env = {
        **PRODUCTION,
        "PATH": os.environ["PATH"],
        "PYTHONDONTWRITEBYTECODE": "1",
        "DATABASE_URL": f"sqlite:///{tmp_path}/db",
        "TMPDIR": str(tmp_path),
        "GRACEFUL_TIMEOUT": "5",
    }
    return Confined(app, tmp_path, env)


def test_the_rules_hold_here(confined: Confined, app: Path) -> None:
    show = (
        "import os; print(os.getuid(), os.environ.get('HOME'), os.getcwd(), flush=True);"
        "open('written', 'w')"
    )
    code, printed = confined.run(sys.executable, "-c", show)
    assert printed.startswith(f"{confined.uid} None {app}\n")
    assert code == 1
    assert "Read-only file system: 'written'" in printed


@pytest.fixture
def serving(confined: Confined) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    process = confined.start(
        sys.executable, "-m", "gunicorn", "project.wsgi", BIND=f"127.0.0.1:{port}"
    )
    yield process, port
    process.kill()
    process.communicate(timeout=10)


def answer(port: int, path: str) -> Answer:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        with suppress(ConnectionError):
            return ask(port, "GET", path)
        time.sleep(0.05)
    raise TimeoutError(path)


def test_i21_it_starts_with_a_random_user_no_home_and_a_read_only_folder(serving: Any) -> None:
    process, port = serving
    assert answer(port, "/api/health/live").status == 200
    assert answer(port, "/api/hello").json() == {"message": "Hello, API!"}
    assert answer(port, "/static/admin/css/base.css").status == 200
    process.send_signal(signal.SIGTERM)
    printed, _ = process.communicate(timeout=20)
    assert process.returncode == 0, printed
    assert "Read-only" not in printed
    assert "Traceback" not in printed


def test_i21_migrations_need_nothing_but_the_database(confined: Confined) -> None:
    code, printed = confined.run(sys.executable, "manage.py", "migrate", "--noinput")
    assert code == 0, printed


def test_i21_without_a_secret_key_it_stops_and_says_so(confined: Confined) -> None:
    confined.env.pop("SECRET_KEY")
    code, printed = confined.run(
        sys.executable, "-c", "import os; os.environ['DEBUG'] = 'off'\nimport project.settings"
    )
    assert code == 1
    assert "DEBUG is off and SECRET_KEY is not set." in printed
