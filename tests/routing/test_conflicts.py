"""Two files that cannot both be served, and files that cannot be served at all: one folder each."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from fileapi.routing.problem import Problem
from fileapi.routing.resolver import converters
from fileapi.routing.scan import scan
from fileapi.routing.table import RouteTable
from tests.conftest import TREES
from tests.routing.tables import table_of

CONFLICTS: dict[str, list[tuple[str, tuple[str, ...]]]] = {
    "same_url": [("E001", ("users.py", "users/index.py"))],
    "same_url_in_groups": [("E001", ("(a)/stats.py", "(b)/stats.py"))],
    "same_catch_all": [("E001", ("(a)/[...path].py", "[...path].py"))],
    "two_names": [("E002", ("users/[id].py", "users/[slug]/posts.py"))],
    "two_names_of_a_type": [("E002", ("[id=int].py", "[number=int]/items.py"))],
    "two_names_of_a_catch_all": [("E002", ("(a)/[...path].py", "[...rest].py"))],
    "behind_catch_all": [("E003", ("[...path]/edit.py",)), ("E003", ("[[...page]]/edit.py",))],
    "both_catch_alls": [("E004", ("files/[...path].py", "files/[[...path]].py"))],
    "index_beside_optional": [("E005", ("docs/index.py", "docs/[[...page]].py"))],
    "file_beside_optional": [("E005", ("docs.py", "docs/[[...page]].py"))],
    "root_index_beside_optional": [("E005", ("index.py", "[[...page]].py"))],
    "one_name_twice": [("E006", ("[id]/posts/[id].py",))],
    "brackets_in_part": [("E007", ("[id].json.py",)), ("E007", ("re[view].py",))],
    "group_file": [("E007", ("(admin).py",))],
    "no_identifier": [("E008", ("[class].py",)), ("E008", ("[user-id].py",))],
    "reserved": [
        ("E009", ("[body].py",)),
        ("E009", ("[query].py",)),
        ("E009", ("[req].py",)),
        ("E009", ("[res].py",)),
    ],
    "unknown_converter": [("E010", ("[id=integer].py",))],
    "refused_converter": [("E010", ("[name=str].py",)), ("E010", ("[rest=path].py",))],
    "no_url_text": [("E013", ("a b.py",)), ("E013", ("x=1.py",))],
    "several_at_once": [
        ("E001", ("users.py", "users/index.py")),
        ("E002", ("[id].py", "[slug].py")),
        ("E006", ("b/[n]/[n].py",)),
        ("E013", ("a b.py",)),
    ],
}


def problems(tree: str) -> list[Problem]:
    found = scan(str(TREES / "conflicts" / tree))
    return [*found.problems, *RouteTable(found.routes, converters()).problems]


def simplified(found: list[Problem]) -> list[tuple[str, tuple[str, ...]]]:
    return sorted((problem.id, problem.files) for problem in found)


def test_every_folder_of_conflicts_is_tested() -> None:
    assert {path.name for path in (TREES / "conflicts").iterdir()} == set(CONFLICTS)


@pytest.mark.parametrize("tree", CONFLICTS)
def test_a23_a_conflict_is_found_and_names_its_files(tree: str) -> None:
    found = problems(tree)
    assert simplified(found) == CONFLICTS[tree]
    for problem in found:
        for file in problem.files:
            assert repr(file) in problem.message
        assert problem.hint
        assert "\n" not in problem.message + problem.hint


MESSAGES = {
    "same_url": (
        "'users.py' and 'users/index.py' both answer '/users'.",
        "Remove or rename one of them.",
    ),
    "two_names": (
        "'users/[id].py' and 'users/[slug]/posts.py' name one position '[id]' and '[slug]'.",
        "Use one name for it.",
    ),
    "both_catch_alls": (
        "'files/[...path].py' and 'files/[[...path]].py' both take the rest of the URL.",
        "Keep the optional catch-all, or the required one.",
    ),
    "index_beside_optional": (
        "'docs/index.py' and 'docs/[[...page]].py' both answer the URL without more segments.",
        "Remove the first, or name the second '[...page]'.",
    ),
    "one_name_twice": (
        "'[id]/posts/[id].py' has two parameters named 'id'.",
        "Rename one of them.",
    ),
    "unknown_converter": (
        "'[id=integer].py' uses the unknown converter 'integer'.",
        "Known: int, path, slug, str, uuid. Register yours with Django's register_converter() "
        "before the URLs are used.",
    ),
    "group_file": (
        "'(admin).py' is a group, and a group is a folder.",
        "Take the parentheses away, or make it a folder.",
    ),
}


@pytest.mark.parametrize("tree", MESSAGES)
def test_a_conflict_says_what_is_wrong_and_the_way_out(tree: str) -> None:
    (problem,) = problems(tree)
    assert (problem.message, problem.hint) == MESSAGES[tree]


def test_a_position_may_have_a_typed_and_a_plain_parameter_of_two_names() -> None:
    found = table_of(["[id=int].py", "[slug].py"])
    assert (found.problems, len(found.routes)) == ([], 2)


def test_names_at_different_positions_are_no_conflict() -> None:
    files = ["a/[id].py", "b/[slug].py", "c/[...id].py", "c/index.py", "d.py", "d/[...x].py"]
    found = table_of(files)
    assert (found.problems, len(found.routes)) == ([], len(files))


@pytest.mark.parametrize("debug", [False, True])
def test_a23_a_folder_with_conflicts_is_never_served(
    mount_tree: Any, settings: Any, debug: bool
) -> None:
    settings.DEBUG = debug
    mounted = mount_tree("tests.trees.conflicts.several_at_once")
    for _ in range(3):
        with pytest.raises(ImproperlyConfigured) as caught:
            mounted.folder.find("hello")
        text = str(caught.value)
        assert all(id in text for id in ("E001", "E002", "E006", "E013"))


def test_a_conflict_found_by_something_else_first_is_not_served_either(
    mount_tree: Any, caplog: Any
) -> None:
    mounted = mount_tree("tests.trees.conflicts.several_at_once")
    assert mounted.folder.problems()
    for method in ("GET", "POST"):
        answer = Client(raise_request_exception=False).generic(method, "/api/hello")
        assert (answer.status_code, answer.headers["Content-Type"]) == (
            500,
            "application/problem+json",
        )
        assert b"E001" not in answer.content
        assert "ImproperlyConfigured" in caplog.text
        assert "E001" in caplog.text


def test_a_conflict_does_not_break_the_import_of_the_urlconf(mount_tree: Any) -> None:
    assert mount_tree("tests.trees.conflicts.same_url").namespace == "api"
