"""A disk that is full, and files that run out: what needs them is refused, all else works."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.live.servers import PRODUCTION, Server
from tests.live.sites import PACKAGE, write_site

ROUTES = {
    "hello.py": "def GET():\n    return 'hello'\n",
    "upload.py": """\
        from fileapi import Config

        config = Config(auth=None, body_limit="25mb")

        def POST(req):
            return {"size": req.files["file"].size}
        """,
}
BOUNDARY = "a-line-between-parts"
FULL = 1024 * 1024  # bytes


def upload(server: Server, size: int) -> Any:
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    ).encode()
    body = head + size * b"x" + f"\r\n--{BOUNDARY}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return server.ask("POST", "/api/upload", body, kind)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    write_site(tmp_path, ROUTES)
    running: list[Server] = []

    def start(output: Path | None = None, **env: str) -> Server:
        env = {**PRODUCTION, "DATABASE_URL": "sqlite://:memory:", "WEB_CONCURRENCY": "1", **env}
        server = Server("gunicorn", PACKAGE, tmp_path, env, output or tmp_path / "output.txt")
        running.append(server)
        server.wait_until_ready()
        return server

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path | None]:
    """A disk of 1 MB; None where this account may not mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={FULL}", "tmpfs", str(folder)]
    mounted = (
        shutil.which("mount")
        and not subprocess.run(["mount", *options], capture_output=True).returncode
    )
    yield folder if mounted else None
    if mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def worker(server: Server) -> int:
    pid = server.process.pid
    path, deadline = Path(f"/proc/{pid}/task/{pid}/children"), time.monotonic() + 10
    while not (found := path.read_text().split()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return int(found[0])


def test_i18_an_upload_that_a_full_disk_does_not_take_is_refused_and_all_else_works(
    start: Any, small_disk: Path | None
) -> None:
    server = start(**({"TMPDIR": str(small_disk)} if small_disk else {}))
    if small_disk is None:
        resource.prlimit(worker(server), resource.RLIMIT_FSIZE, (FULL, FULL))
    answer = upload(server, 4 * FULL)
    assert answer.status == 507
    assert answer.content_type == "application/problem+json"
    assert b"tmp" not in answer.body
    assert server.ask("GET", "/api/hello").status == 200
    assert upload(server, 1000).json() == {"size": 1000}  # in memory
    if small_disk is not None:
        assert list(small_disk.iterdir()) == []


def test_i18_a_log_that_cannot_be_written_fails_no_request(
    start: Any, small_disk: Path | None, need: Any
) -> None:
    need(small_disk is not None, "This test mounts a disk of 1 MB: run it as root.")
    assert small_disk is not None
    server = start(small_disk / "output.txt")
    with suppress(OSError), (small_disk / "rest").open("wb") as rest:
        rest.write(2 * FULL * b"x")
    assert shutil.disk_usage(small_disk).free == 0
    assert [server.ask("GET", "/api/hello").status for _ in range(20)] == 20 * [200]


def test_i19_without_free_files_connections_wait_and_nobody_else_is_cut_off(start: Any) -> None:
    server = start()
    first = worker(server)
    resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (64, 64))
    os.kill(first, signal.SIGKILL)  # the next one has this limit
    assert server.ask("GET", "/api/hello").status == 200
    second = worker(server)
    assert second != first
    with ExitStack() as stack:
        for _ in range(200):
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
        with pytest.raises(TimeoutError):
            server.ask("GET", "/api/hello", timeout=1)
    start_again = time.monotonic()
    assert server.ask("GET", "/api/hello").status == 200
    assert time.monotonic() - start_again < 2
    assert worker(server) == second
