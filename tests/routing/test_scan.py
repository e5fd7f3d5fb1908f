"""A folder on disk to a list of routes."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fileapi.routing import scan as scanning
from fileapi.routing.scan import scan
from tests.conftest import TREES
from tests.routing.trees import problems, templates, tree_of


def test_every_spelling_of_a_file_is_one_url() -> None:
    tree = scan(str(TREES / "grammar"))
    assert templates(tree) == {
        "(admin)/stats.py": "stats",
        "(admin)/users/(staff)/roles.py": "users/roles",
        "docs/[[...page]].py": "docs/<path:page>",
        "feed.xml.py": "feed.xml",
        "files/[...path].py": "files/<path:path>",
        "hello.py": "hello",
        "index.py": "",
        "keys/[key=uuid].py": "keys/<uuid:key>",
        "log_out.py": "log_out",
        "orders/[number=int].py": "orders/<int:number>",
        "sign-in.py": "sign-in",
        "tags/[tag=slug].py": "tags/<slug:tag>",
        "users/[id].py": "users/<str:id>",
        "users/[id]/posts.py": "users/<str:id>/posts",
        "users/index.py": "users",
    }
    assert tree.problems == []


def test_a_route_is_named_as_it_is_spelled_without_groups_and_a_trailing_index() -> None:
    assert {route.file: route.name for route in scan(str(TREES / "grammar")).routes} == {
        "(admin)/stats.py": "stats",
        "(admin)/users/(staff)/roles.py": "users/roles",
        "docs/[[...page]].py": "docs/[[...page]]",
        "feed.xml.py": "feed.xml",
        "files/[...path].py": "files/[...path]",
        "hello.py": "hello",
        "index.py": "index",
        "keys/[key=uuid].py": "keys/[key=uuid]",
        "log_out.py": "log_out",
        "orders/[number=int].py": "orders/[number=int]",
        "sign-in.py": "sign-in",
        "tags/[tag=slug].py": "tags/[tag=slug]",
        "users/[id].py": "users/[id]",
        "users/[id]/posts.py": "users/[id]/posts",
        "users/index.py": "users",
    }


def test_only_one_trailing_index_is_dropped(tmp_path: Path) -> None:
    tree = tree_of(tmp_path, "index/index.py", "index/a.py", "b/index/index.py")
    assert templates(tree) == {
        "b/index/index.py": "b/index",
        "index/a.py": "index/a",
        "index/index.py": "index",
    }


def test_every_route_has_a_name_of_its_own(tmp_path: Path) -> None:
    tree = tree_of(tmp_path, "index.py", "index/index.py")
    assert len({route.name for route in tree.routes}) == 2


def test_non_ascii_names_are_kept_as_they_are(tmp_path: Path) -> None:
    composed, decomposed = "caf\u00e9.py", "cafe\u0301s.py"
    assert set(templates(tree_of(tmp_path, composed, decomposed)).values()) == {
        "caf\u00e9",
        "cafe\u0301s",
    }


def test_helpers_and_tests_are_no_routes_and_the_reason_is_kept() -> None:
    tree = scan(str(TREES / "ignored_names"))
    assert templates(tree) == {"hello.py": "hello"}
    ignored = {file: why for file, why in tree.ignored.items() if "__pycache__" not in file}
    assert ignored == {
        "__init__.py": "makes the folder a package",
        "_helpers.py": "the name starts with '_' or '.'",
        "_lib/": "a private folder",
        "_middleware.py": "applies to the files below its folder",
        "conftest.py": "a test",
        "test_users.py": "a test",
        "tests/": "a private folder",
        "users_test.py": "a test",
    }


def test_a16_hidden_and_compiled_files_are_no_routes(tmp_path: Path) -> None:
    tree = tree_of(
        tmp_path,
        ".env",
        ".hidden.py",
        ".git/config.py",
        "__pycache__/users.cpython-311.pyc",
        "__pycache__/users.py",
        "users.pyc",
        "users.py~",
        "users.PY",
        "[id].txt",
    )
    assert (tree.routes, tree.problems) == ([], [])
    assert set(tree.ignored) == {".hidden.py", ".git/", "__pycache__/"}


def test_middleware_of_every_folder_above_applies_root_first() -> None:
    tree = scan(str(TREES / "chain_of_folders"))
    assert {route.file: route.middleware for route in tree.routes} == {
        "(admin)/stats.py": ("_middleware.py", "(admin)/_middleware.py"),
        "(admin)/users/list.py": (
            "_middleware.py",
            "(admin)/_middleware.py",
            "(admin)/users/_middleware.py",
        ),
        "hello.py": ("_middleware.py",),
    }


class Listing:
    """What os.scandir() returns, in an order of our own."""

    def __init__(self, entries: tuple[os.DirEntry[str], ...]) -> None:
        self.entries = iter(entries)

    def __iter__(self) -> Iterator[os.DirEntry[str]]:
        return self.entries

    def __enter__(self) -> Listing:
        return self

    def __exit__(self, *error: object) -> None: ...


def test_a22_24_orders_of_the_listing_give_one_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = str(TREES / "match_order" / "users")
    files = [entry for entry in os.scandir(folder) if entry.is_file()]
    assert len(files) == 4
    found = []
    for order in itertools.permutations(files):
        with monkeypatch.context() as patch:
            patch.setattr(scanning.os, "scandir", lambda path, order=order: Listing(order))
            found.append(scan(folder).routes)
    assert len(found) == 24
    assert all(routes == found[0] for routes in found)
    assert [route.file for route in found[0]] == ["[...slug].py", "[id].py", "index.py", "me.py"]


def test_a_missing_folder_is_one_problem(tmp_path: Path) -> None:
    tree = scan(str(tmp_path / "api"))
    (problem,) = tree.problems
    assert (problem.id, problem.message) == ("E014", "The API folder 'api' does not exist.")
    assert problem.hint == "Create it beside the root URLconf, or name its package in FILEAPI_ROOT."


def test_an_ordinary_app_gets_one_hint_instead_of_ten_errors() -> None:
    tree = scan(str(TREES / "looks_like_an_app"))
    assert problems(tree) == [("E015", ("apps.py", "models.py"))]
    assert tree.routes == []


def test_names_that_differ_only_in_case_are_refused(tmp_path: Path, need: Any) -> None:
    tree = tree_of(tmp_path, "Users.py", "users.py", "a/B/x.py", "a/b/y.py", "_X.py", "_x.py")
    need(len(os.listdir(tmp_path)) == 5, "needs a file system that tells Users.py from users.py")
    assert problems(tree) == [
        ("E011", ("Users.py", "users.py")),
        ("E011", ("a/B", "a/b")),
    ]
    assert "'Users.py' and 'users.py' differ only in case." in tree.problems[0].message


def test_a_bad_folder_is_reported_once_and_not_entered(tmp_path: Path) -> None:
    tree = tree_of(tmp_path, "a b/x.py", "a b/y.py", "c/x.py")
    assert (templates(tree), problems(tree)) == ({"c/x.py": "c/x"}, [("E013", ("a b",))])


def test_one_bad_name_is_reported_at_each_of_its_places(tmp_path: Path) -> None:
    tree = tree_of(tmp_path, "a/x y.py", "b/x y.py")
    assert problems(tree) == [("E013", ("a/x y.py",)), ("E013", ("b/x y.py",))]


def test_a_tree_is_current_until_a_file_comes_or_goes(tmp_path: Path) -> None:
    tree_of(tmp_path, "users/me.py")
    for folder in (tmp_path, tmp_path / "users"):
        os.utime(folder, (1_700_000_000, 1_700_000_000))
    tree = scan(str(tmp_path))
    assert tree.is_current()
    (tmp_path / "users" / "me.py").write_text("# an edit changes no URL")
    assert tree.is_current()
    (tmp_path / "users" / "all.py").touch()
    assert not tree.is_current()
    (tmp_path / "users" / "all.py").unlink()
    (tmp_path / "users" / "me.py").unlink()
    (tmp_path / "users").rmdir()
    assert not tree.is_current()


def test_a_folder_changed_just_now_is_read_again(tmp_path: Path) -> None:
    # Its time stamp may stay the same while more files come.
    tree = tree_of(tmp_path, "users/me.py")
    assert not tree.is_current()
