"""Fifty good files beside eight broken ones: the good ones never notice."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .client import Answer, at_once
from .servers import PRODUCTION, Server, environment, manage
from .sites import PACKAGE, write_site

GOOD = {f"good_{number:02}.py": f"def GET(): return {number}" for number in range(50)}

BROKEN = {
    "syntax_error.py": "def GET(:",
    "import_error.py": "import no_such_module_anywhere\ndef GET(): return 1",
    "exits.py": "import sys\nsys.exit()\ndef GET(): return 1",
    "signature.py": "def GET(request): return 1",
    "no_handler.py": "VALUE = 1",
    "slip.py": "def get(): return 1",
    "circle.py": "from ._circle import VALUE\ndef GET(): return VALUE",
    "sleeps.py": """\
        import pathlib, time
        pathlib.Path(__file__).with_suffix(".started").touch()
        time.sleep(30)
        def GET(): return 1
        """,
}

HELPERS = {"_circle.py": "from .circle import GET\nVALUE = 1"}

IMPORT_TIMEOUT = 10.0  # seconds that `check` gives one file


class Check:
    """``manage.py check`` at work in the background, for it waits for the sleeping file."""

    def __init__(self, folder: Path, output: Path) -> None:
        self.output = output
        self.started = time.monotonic()
        env = {"DATABASE_URL": "sqlite://:memory:", "FILEAPI_LOAD": "lazy"}
        with output.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "django", "check", "--no-color"],
                cwd=folder,
                env=environment(PACKAGE, folder, env),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("broken")
    write_site(folder, {**GOOD, **BROKEN, **HELPERS})
    return folder


@pytest.fixture(scope="module", autouse=True)
def check(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Check]:
    # With a copy of its own, so that the marker of the sleeping file is the server's.
    copy = tmp_path_factory.mktemp("checked")
    write_site(copy, {**GOOD, **BROKEN, **HELPERS})
    check = Check(copy, copy / "output.txt")
    yield check
    check.stop()


@pytest.fixture(scope="module")
def site(server: Any, folder: Path) -> Server:
    env = {
        "DATABASE_URL": "sqlite://:memory:",
        "FILEAPI_LOAD": "lazy",
        "WEB_CONCURRENCY": "1",  # one process, in which the one import must not hold up the others
        "THREADS": "8",
        **PRODUCTION,
    }
    return server("gunicorn", env, PACKAGE, folder)


@pytest.fixture(scope="module")
def sleeping(site: Server, folder: Path) -> Iterator[socket.socket]:
    """A connection that waits for the file whose import takes 30 seconds."""
    with socket.create_connection(("127.0.0.1", site.port)) as connection:
        connection.sendall(b"GET /api/sleeps HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        started = folder / PACKAGE / "api" / "sleeps.started"
        deadline = time.monotonic() + 10
        while not started.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert started.exists()
        connection.setblocking(False)
        yield connection


def url(file: str) -> str:
    return "/api/" + file.removesuffix(".py")


def is_waiting(connection: socket.socket) -> bool:
    """Tell whether neither an answer nor the end of the connection has come."""
    try:
        connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    return False


def test_all_good_files_answer_while_one_is_still_imported(
    site: Server, sleeping: socket.socket
) -> None:
    def get(file: str) -> Answer:
        return site.ask("GET", url(file))

    answers = at_once(get, GOOD)
    assert [(answer.status, answer.json()) for answer in answers] == [
        (200, number) for number in range(50)
    ]
    assert is_waiting(sleeping)


@pytest.mark.parametrize("file", [file for file in BROKEN if file != "sleeps.py"])
def test_a_broken_file_answers_500_and_tells_nothing(
    site: Server, sleeping: socket.socket, file: str
) -> None:
    before = site.output.stat().st_size
    answers = [site.ask("GET", url(file)), site.ask("GET", url(file))]
    assert [(answer.status, answer.content_type, answer.json()) for answer in answers] == 2 * [
        (
            500,
            "application/problem+json",
            {"type": "about:blank", "title": "Internal Server Error", "status": 500},
        )
    ]
    assert f"in {file}: " in site.printed(since=before)
    assert site.ask("GET", "/api/good_00").json() == 0
    assert is_waiting(sleeping)


def test_routes_lists_the_broken_files_beside_the_good_ones(folder: Path, tmp_path: Path) -> None:
    quick = {file: text for file, text in BROKEN.items() if file != "sleeps.py"}
    write_site(tmp_path, {**GOOD, **quick, **HELPERS})
    done = manage("routes", "--json", package=PACKAGE, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["routes"]
    rows = [row for row in rows if not row["file"].startswith("(fileapi)/")]
    assert {row["file"] for row in rows if row["problem"]} == set(quick)
    assert {row["file"] for row in rows if row["methods"] == ["GET", "HEAD", "OPTIONS"]} == set(
        GOOD
    )


def test_check_ends_and_names_every_broken_file(check: Check) -> None:
    code = check.process.wait(IMPORT_TIMEOUT + 20)
    elapsed = time.monotonic() - check.started
    text = check.output.read_text()
    found = sorted(re.findall(r"^\?: \(fileapi\.E\d+\) '?(\w+\.py)", text, re.MULTILINE))
    assert (code, found) == (1, sorted(BROKEN)), text
    assert "good_" not in text
    assert elapsed >= IMPORT_TIMEOUT


def test_conflicting_files_keep_gunicorn_from_starting(server: Any, tmp_path: Path) -> None:
    write_site(tmp_path, {"users.py": GOOD["good_00.py"], "users/index.py": GOOD["good_01.py"]})
    env = {"DATABASE_URL": "sqlite://:memory:", **PRODUCTION}
    with pytest.raises(RuntimeError, match=r"'users\.py' and 'users/index\.py' both answer"):
        server("gunicorn", env, PACKAGE, tmp_path)
