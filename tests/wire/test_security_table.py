"""docs/security.md has every case, and every test that it names is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

TESTS = Path(__file__).parents[1]
TABLE = TESTS.parent / "docs" / "security.md"
CASES = TESTS.parents[1] / "shared" / "SECURITY.md"

COUNTS = {"A": 30, "B": 16, "C": 38, "D": 26, "E": 15, "F": 21, "G": 28, "H": 22, "I": 27}
IDS = [f"{section}{number:02}" for section in COUNTS for number in range(1, COUNTS[section] + 1)]

# Tests of a whole matter, which were there before the case had an id.
WITHOUT_ID = {
    "project/test_users.py::test_a_user_who_cannot_be_stored_is_refused",
    "guards/test_origin.py::"
    "test_an_unsafe_request_with_a_cookie_passes_from_the_own_or_a_trusted_origin",
}


class Row(NamedTuple):
    id: str
    rule: str
    holder: str
    tests: list[str]


def rows() -> list[Row]:
    found = re.findall(r"^\| ([A-Z]\d\d) \| (.+) \| (.+) \| (.*) \|$", TABLE.read_text(), re.M)
    return [
        Row(id, rule, holder, re.findall(r"`([^`]+::[^`]+)`", cell))
        for id, rule, holder, cell in found
    ]


def test_every_case_is_in_the_table_once_and_in_order() -> None:
    assert [row.id for row in rows()] == IDS


def test_the_cases_are_those_of_the_list(need: Any) -> None:
    need(CASES.is_file(), f"Put the list of cases at {CASES}.")
    assert re.findall(r"^\| ([A-I]\d\d) \|", CASES.read_text(), re.MULTILINE) == IDS


def test_every_case_has_a_rule_and_a_test_or_somebody_else_who_holds_it() -> None:
    bare = [row.id for row in rows() if not row.tests and row.holder.startswith("fileapi")]
    assert bare == []


def test_every_test_that_the_table_names_exists() -> None:
    named = {test for row in rows() for test in row.tests}
    assert {test for test in named if test.partition("::")[2] not in _tests(test)} == set()


def test_a_test_carries_the_id_of_its_case() -> None:
    wrong = [
        (row.id, test)
        for row in rows()
        for test in row.tests
        if test not in WITHOUT_ID and f"_{row.id.lower()}_" not in test
    ]
    assert wrong == []


def test_every_id_in_the_name_of_a_test_is_that_of_a_case() -> None:
    for path in TESTS.rglob("test_*.py"):
        for name in _names(path):
            ids = re.findall(r"(?<=_)[a-i]\d\d(?=_)", name)
            assert [id for id in ids if id.upper() not in IDS] == [], (path, name)


def _tests(test: str) -> set[str]:
    path = TESTS / test.partition("::")[0]
    return set(_names(path)) if path.is_file() else set()


@cache
def _names(path: Path) -> tuple[str, ...]:
    return tuple(_functions(ast.parse(path.read_text())))


def _functions(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name
