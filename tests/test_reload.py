"""What a request sees of edits under DEBUG. tests/live has the same with a real runserver."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils.autoreload import file_changed

from tests.conftest import Api


@pytest.fixture
def site(settings: Any, write_tree: Any, mount_tree: Any, tmp_path: Path, mode: str) -> Any:
    settings.DEBUG = True

    def serve(files: dict[str, str]) -> tuple[Api, Path]:
        package = write_tree(files)
        return Api(mount_tree(package), mode), tmp_path / package

    return serve


def test_twenty_quick_edits_of_one_size_are_each_live(site: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    api, root = site({"a.py": "def GET(): return 10"})
    assert api.get("/api/a").json() == 10
    for number in range(11, 31):
        (root / "a.py").write_text(f"def GET(): return {number}")
        assert api.get("/api/a").json() == number


def test_an_unchanged_file_is_not_run_again(site: Any) -> None:
    api, _ = site({"a.py": "import itertools\nN = itertools.count()\ndef GET(): return next(N)"})
    assert [api.get("/api/a").json() for _ in range(3)] == [0, 1, 2]


def test_added_and_removed_files_are_live(site: Any) -> None:
    api, root = site({"a.py": "def GET(): return 'a'"})
    assert api.get("/api/b").status_code == 404
    (root / "b.py").write_text("def GET(): return 'b'")
    assert api.get("/api/b").json() == "b"
    assert reverse(f"{api.mount.namespace}:b") == "/api/b"
    (root / "a.py").unlink()
    assert api.get("/api/a").status_code == 404
    (root / "a.py").write_text("def GET(): return 'new'")
    assert api.get("/api/a").json() == "new"


def test_a_file_and_a_folder_may_take_each_others_name(site: Any) -> None:
    api, root = site({"users.py": "def GET(): return 'file'"})
    assert api.get("/api/users").json() == "file"
    (root / "users").mkdir()
    (root / "users" / "me.py").write_text("def GET(): return 'me'")
    assert (api.get("/api/users").json(), api.get("/api/users/me").json()) == ("file", "me")
    (root / "users" / "me.py").unlink()
    (root / "users" / "__pycache__").exists()
    for path in sorted((root / "users").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (root / "users").rmdir()
    assert api.get("/api/users").json() == "file"
    assert api.get("/api/users/me").status_code == 404


def test_an_edited_middleware_is_live_for_every_file_below(site: Any) -> None:
    text = "def middleware(req, res, next):\n    res.set_header('X-V', '{}')\n    return next()\n"
    api, root = site(
        {
            "_middleware.py": text.format(1),
            "a.py": "def GET(): return 1",
            "b/c.py": "def GET(): return 1",
        }
    )
    assert [api.get(f"/api/{u}").headers["X-V"] for u in ("a", "b/c")] == ["1", "1"]
    (root / "_middleware.py").write_text(text.format(2))
    assert [api.get(f"/api/{u}").headers["X-V"] for u in ("a", "b/c")] == ["2", "2"]
    (root / "_middleware.py").unlink()
    assert "X-V" not in api.get("/api/a").headers


def test_a_broken_edit_answers_500_on_its_own_url_and_heals(site: Any) -> None:
    api, root = site({"a.py": "def GET(): return 1", "b.py": "def GET(): return 2"})
    assert api.get("/api/a").json() == 1
    (root / "a.py").write_text("def GET(: return 1")
    page = api.get("/api/a", headers={"accept": "text/html"})
    assert (page.status_code, b"SyntaxError" in page.content) == (500, True)
    plain = api.get("/api/a")
    assert (plain.status_code, plain.headers["Content-Type"]) == (500, "application/problem+json")
    assert api.get("/api/b").json() == 2
    (root / "a.py").write_text("def GET(): return 3")
    assert api.get("/api/a").json() == 3


def test_a_failure_that_came_from_another_file_heals_with_it(site: Any) -> None:
    api, root = site({"a.py": "from .b import GET", "b.py": "def GET(: return 1"})
    assert api.get("/api/a").status_code == 500
    (root / "b.py").write_text("def GET(): return 1")
    assert api.get("/api/a").json() == 1


def test_a_conflict_is_shown_until_it_is_mended(site: Any) -> None:
    api, root = site({"a.py": "def GET(): return 1"})
    assert api.get("/api/a").json() == 1
    (root / "[id].py").write_text("def GET(id): return id")
    (root / "[slug].py").write_text("def GET(slug): return slug")
    assert api.get("/api/a").status_code == 500
    (root / "[slug].py").unlink()
    assert api.get("/api/a").json() == 1


def test_an_old_text_that_another_file_imported_is_not_served(site: Any) -> None:
    api, root = site({"a.py": "from .b import GET", "b.py": "def GET(): return 1"})
    assert api.get("/api/a").json() == 1
    (root / "b.py").write_text("def GET(): return 2")
    assert api.get("/api/b").json() == 2


@pytest.mark.parametrize(
    ("file", "kept"),
    [
        ("a.py", True),
        ("deep/[id].py", True),
        ("_middleware.py", True),
        ("gone.py", True),
        ("_lib.py", False),
        ("_private/a.py", False),
        ("tests/a.py", False),
        ("test_a.py", False),
        ("notes.txt", False),
        ("../urls.py", False),
    ],
)
def test_route_files_do_not_restart_runserver_and_others_do(
    site: Any, file: str, kept: bool
) -> None:
    _, root = site({"a.py": "def GET(): return 1"})
    answers = file_changed.send(sender=None, file_path=root / file)
    assert any(answer for receiver, answer in answers if "fileapi" in receiver.__module__) is kept


def test_a_broken_urlconf_restarts_runserver(settings: Any, tmp_path: Path) -> None:
    settings.ROOT_URLCONF = "no.such.module"
    answers = file_changed.send(sender=None, file_path=tmp_path / "a.py")
    assert not any(answer for receiver, answer in answers if "fileapi" in receiver.__module__)
