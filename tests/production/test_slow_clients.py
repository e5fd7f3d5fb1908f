"""Clients that are slow on purpose: nginx waits for them, and gunicorn never sees them."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.live.conftest import server  # noqa: F401 - a fixture
from tests.live.servers import PRODUCTION, Server
from tests.live.sites import PACKAGE, write_site

from . import nginx
from .conftest import Site
from .names import Names
from .nginx import Nginx

PROGRAM = shutil.which("slowhttptest")
HOW_TO_GET_IT = (
    "This test needs slowhttptest; install it, for instance by: apt-get install slowhttptest"
)
SECONDS = 15
COMMON = ["-i", "2", "-l", str(SECONDS), "-p", "5", "-v", "0"]
ATTACKS = {
    "slow headers": ["-H", "-c", "500", "-r", "500"],
    "slow bodies": ["-B", "-c", "500", "-r", "500", "-s", "8192", "-t", "POST"],
    "slow readers": ["-X", "-c", "200", "-r", "200", "-w", "64", "-y", "256", "-k", "3"],
}
TARGETS = {"slow readers": "/api/guide/security"}

BIG = 10 * 1024 * 1024  # bytes


@contextmanager
def attacked(port: int, name: str) -> Iterator[None]:
    """Let slowhttptest hold its connections while the block runs."""
    assert PROGRAM is not None
    url = f"http://127.0.0.1:{port}{TARGETS.get(name, '/api/feedback')}"
    process = subprocess.Popen(
        [PROGRAM, *ATTACKS[name], *COMMON, "-u", url],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


def connections_to(port: int) -> int:
    """Return how many connections to a port of this machine are open."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    fields = [line.split() for line in lines]
    return sum(one[2].endswith(f":{port:04X}") and one[3] == "01" for one in fields)


def test_i01_i02_i03_1200_slow_clients_do_not_slow_down_the_others(site: Site, need: Any) -> None:
    need(PROGRAM is not None, HOW_TO_GET_IT)
    times = []
    with ExitStack() as stack:
        for name in ATTACKS:
            stack.enter_context(attacked(site.nginx.port, name))
        deadline = time.monotonic() + SECONDS
        while (held := connections_to(site.nginx.port)) < 1100 and time.monotonic() < deadline:
            time.sleep(0.1)
        # Most of them are still there at the end: nginx lets go of none before 10 s.
        end = time.monotonic() + SECONDS / 2
        while time.monotonic() < end:
            start = time.monotonic()
            assert site.nginx.ask("GET", "/api/hello").status == 200
            times.append(time.monotonic() - start)
            time.sleep(0.02)
    times.sort()
    p99 = times[int(len(times) * 0.99)]
    print(f"{held} connections; {len(times)} requests, p99 {p99 * 1000:.0f} ms")
    assert held >= 1100
    assert p99 < 1


@pytest.fixture
def one_thread(
    server: Callable[..., Server],  # noqa: F811
    tmp_path: Path,
    need: Any,
) -> Iterator[Nginx]:
    """nginx, and a gunicorn behind it with a single thread."""
    need(nginx.PROGRAM is not None, nginx.HOW_TO_GET_IT)
    routes = {
        "hello.py": "def GET():\n    return 'hello'\n",
        "big.py": f"def GET(res):\n    res.send({BIG} * b'x')\n",
    }
    write_site(tmp_path, routes)
    env = {**PRODUCTION, "DATABASE_URL": "sqlite://:memory:", "WEB_CONCURRENCY": "1"}
    running = server("gunicorn", {**env, "THREADS": "1"}, PACKAGE, tmp_path)
    names = Names(["127.0.0.1"])
    with nginx.started(names.port, running.port, **{"send_timeout 10s": "send_timeout 1s"}) as one:
        one.wait_until_ready()
        yield one
    names.stop()


def connect(port: int, sent: bytes) -> socket.socket:
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.settimeout(10)
    one.connect(("127.0.0.1", port))
    one.sendall(sent)
    return one


def request(target: str) -> bytes:
    return f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def test_i03_who_does_not_read_an_answer_of_10_mb_holds_no_thread_and_is_cut_off(
    one_thread: Nginx,
) -> None:
    with connect(one_thread.port, request("/api/big")) as reader:
        assert reader.recv(16).startswith(b"HTTP/1.1 200")
        start = time.monotonic()
        assert one_thread.ask("GET", "/api/hello").status == 200
        assert time.monotonic() - start < 1
        deadline = time.monotonic() + 10
        while connections_to(one_thread.port) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert connections_to(one_thread.port) == 0  # by send_timeout


def test_i04_1000_idle_connections_hold_no_thread(one_thread: Nginx) -> None:
    with ExitStack() as stack:
        for number in range(1000):
            silent = number % 2
            one = connect(one_thread.port, b"" if silent else request("/api/hello"))
            stack.enter_context(one)
            if not silent:
                assert one.recv(16).startswith(b"HTTP/1.1 200")
        start = time.monotonic()
        assert one_thread.ask("GET", "/api/hello").status == 200
        assert time.monotonic() - start < 1
