"""Under runserver an edited file is live on the next request, and nothing restarts for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from .client import Answer
from .servers import Server
from .sites import PACKAGE, write_files, write_site

ROUTES = {
    "_lib.py": "VALUE = 'first'",
    "process.py": """\
        import os
        from . import _lib

        def GET():
            return {"pid": os.getpid(), "lib": _lib.VALUE}
        """,
    "good.py": "def GET(): return 'good'",
    "guarded/[id].py": "def GET(id): return id",
}

# What Django's reloader looks at the files by: once a second.
LOOK = 1.0


class Site:
    """A server with the reloader on, and its route files."""

    def __init__(self, server: Server, root: Path) -> None:
        self.server = server
        self.root = root

    def get(self, url: str, **headers: str) -> Answer:
        return self.server.ask("GET", url, None, headers)

    def write(self, file: str, text: str) -> None:
        write_files(self.root, {file: text})

    def process(self) -> tuple[int, str]:
        told = self.get("/api/process").json()
        return told["pid"], told["lib"]


def is_html(answer: Answer) -> bool:
    """Tell whether this is a page; Django 6.1 leaves its technical one without a charset."""
    return (answer.content_type or "").partition(";")[0] == "text/html"


@pytest.fixture(scope="module")
def site(server: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("development")
    root = write_site(folder, ROUTES)
    database = f"sqlite:///{folder / 'db.sqlite3'}"
    running = server("reloading runserver", {"DATABASE_URL": database}, PACKAGE, folder)
    site = Site(running, root)
    site.process()  # so that _lib.py is imported, and watched
    yield site
    running.stop()  # it looks at a thousand files each second, and other tests measure time


def test_20_quick_edits_of_the_same_size_are_each_live_at_once(site: Site) -> None:
    got = []
    for number in range(20):
        site.write("edited.py", f"def GET(): return 'edit {number:02}'")
        got.append(site.get("/api/edited").json())
    assert got == [f"edit {number:02}" for number in range(20)]
    # Bytecode is written for everything else, so it could have been served here.
    assert list(site.root.glob("__pycache__/_lib.*.pyc"))
    assert not list(site.root.glob("__pycache__/edited.*.pyc"))


def test_a_file_that_an_editor_replaces_is_live_at_once(site: Site) -> None:
    got = []
    for number in range(20):
        site.write("swap.txt", f"def GET(): return 'swap {number:02}'")
        (site.root / "swap.txt").replace(site.root / "replaced.py")
        got.append(site.get("/api/replaced").json())
    assert got == [f"swap {number:02}" for number in range(20)]


def test_an_added_and_a_removed_file_are_seen_at_once(site: Site) -> None:
    statuses = []
    for _ in range(5):
        statuses.append(site.get("/api/added").status)
        site.write("added.py", "def GET(): return 'added'")
        statuses.append(site.get("/api/added").status)
        (site.root / "added.py").unlink()
    assert statuses == 5 * [404, 200]


def test_a_folder_can_be_added_renamed_and_removed(site: Site) -> None:
    def statuses() -> list[int]:
        return [site.get(f"/api/{folder}/deep/page").status for folder in ("before", "after")]

    seen = [statuses()]
    site.write("before/deep/page.py", "def GET(): return 'page'")
    seen.append(statuses())
    (site.root / "before").rename(site.root / "after")
    seen.append(statuses())
    (site.root / "after/deep/page.py").unlink()
    seen.append(statuses())
    assert seen == [[404, 404], [200, 404], [404, 200], [404, 404]]


def test_an_edited_middleware_is_live_at_once(site: Site) -> None:
    text = """\
        def middleware(req, res, next):
            next()
            res.set_header("X-Edit", "{}")
        """
    seen = []
    for value in ("one", "two"):
        site.write("guarded/_middleware.py", text.format(value))
        seen.append(site.get("/api/guarded/7").headers.get("x-edit"))
    (site.root / "guarded/_middleware.py").unlink()
    seen.append(site.get("/api/guarded/7").headers.get("x-edit"))
    assert seen == ["one", "two", None]


def test_a_changed_name_of_a_parameter_is_live_at_once(site: Site) -> None:
    site.write("by/[id].py", "def GET(id): return {'id': id}")
    first = site.get("/api/by/7").json()
    (site.root / "by/[id].py").unlink()
    site.write("by/[number=int].py", "def GET(number): return {'number': number}")
    assert (first, site.get("/api/by/7").json()) == ({"id": "7"}, {"number": 7})


def test_a_syntax_error_is_500_on_its_own_url_and_heals(site: Site) -> None:
    page = {"Accept": "text/html,application/xhtml+xml"}
    data = {"Accept": "application/json"}
    site.write("slip.py", "def GET(): return 'fine'")
    before = site.get("/api/slip")
    site.write("slip.py", "def GET(: return 'fine'")
    technical, problem, other = (
        site.get("/api/slip", **page),
        site.get("/api/slip", **data),
        site.get("/api/good"),
    )
    site.write("slip.py", "def GET(): return 'mend'")
    after = site.get("/api/slip")

    assert (before.status, before.json()) == (200, "fine")
    assert (technical.status, is_html(technical)) == (500, True)
    assert b"SyntaxError" in technical.body
    assert b"slip.py" in technical.body
    assert (problem.status, problem.content_type) == (500, "application/problem+json")
    assert problem.json() == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
    }
    assert (other.status, other.json()) == (200, "good")
    assert (after.status, after.json()) == (200, "mend")


def test_a_conflict_of_names_names_both_files_and_heals(site: Site) -> None:
    pid, _ = site.process()
    site.write("good/index.py", "def GET(): return 'twin'")
    technical = site.get("/api/good", Accept="text/html")
    problem = site.get("/api/good", Accept="application/json")
    (site.root / "good/index.py").unlink()
    (site.root / "good").rmdir()
    assert (site.get("/api/good").status, site.process()[0]) == (200, pid)

    assert (technical.status, is_html(technical)) == (500, True)
    assert b"good.py" in technical.body
    assert b"good/index.py" in technical.body
    assert (problem.status, problem.content_type) == (500, "application/problem+json")


def test_a_route_file_never_restarts_the_server_and_a_helper_does(site: Site) -> None:
    pid, lib = site.process()
    for number in range(3):
        site.write("watched.py", f"def GET(): return {number}")
        site.write("guarded/_middleware.py", f"# {number}\ndef middleware(*a): return a[2]()")
        assert site.get("/api/watched").json() == number
        assert site.get("/api/guarded/7").status == 200
        time.sleep(1.2 * LOOK)
    assert site.process() == (pid, lib)

    site.write("_lib.py", "VALUE = 'second'")
    deadline = time.monotonic() + 15
    new_pid = pid
    while new_pid == pid and time.monotonic() < deadline:
        time.sleep(0.1)
        with suppress(OSError, HTTPException):  # while it restarts
            new_pid, lib = site.process()
    assert (new_pid != pid, lib) == (True, "second")


def test_a_database_connection_survives_edits(
    server: Any, postgres_url: str, tmp_path: Path
) -> None:
    route = """\
        from django.db import connection

        def GET():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                return [{number}, cursor.fetchone()[0]]
        """
    root = write_site(tmp_path, {"backend.py": route.format(number=0)})
    env = {"DATABASE_URL": postgres_url, "DB_POOL_MIN": "1", "DB_POOL_MAX": "1"}
    running = server("reloading runserver", env, PACKAGE, tmp_path)
    try:
        edits, backends = [], set()
        for number in range(5):
            write_files(root, {"backend.py": route.format(number=number)})
            edit, backend = running.ask("GET", "/api/backend").json()
            edits.append(edit)
            backends.add(backend)
        time.sleep(1.5 * LOOK)
        backends.add(running.ask("GET", "/api/backend").json()[1])
    finally:
        running.stop()
    assert edits == [0, 1, 2, 3, 4]
    assert len(backends) == 1
