"""A list of routes to the one route that answers a URL."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from fileapi.routing.table import RouteTable

from .tables import table_of

UUID = "0188c0f1-0000-7000-8000-000000000000"


def answer(table: RouteTable, path: str) -> tuple[str, dict[str, Any]] | None:
    found = table.match(path)
    return found and (found[0].file, found[1])


def files_for(table: RouteTable, *paths: str) -> list[str | None]:
    return [(found := table.match(path)) and found[0].file for path in paths]


def test_a22_static_is_before_dynamic_and_dynamic_before_a_catch_all() -> None:
    table = table_of(["[...slug].py", "[id].py", "index.py", "me.py"])
    assert files_for(table, "", "me", "you", "me/too") == [
        "index.py",
        "me.py",
        "[id].py",
        "[...slug].py",
    ]


def test_typed_parameters_are_tried_as_int_uuid_custom_ones_by_name_and_slug(
    new_converter: Callable[[str, str], None],
) -> None:
    new_converter("year", "[0-9]{4}x?|[a-z]+")
    new_converter("hex", "[0-9a-f-]+x?")
    files = [f"[v={name}].py" for name in ("slug", "year", "hex", "uuid", "int")]
    random.Random(7).shuffle(files)
    table = table_of([*files, "[text].py", "now.py"])
    assert {path: answer(table, path) for path in (
        "now", "2026", UUID, "beef", "2026x", "words", "under_score", "a.b"
    )} == {
        "now": ("now.py", {}),
        "2026": ("[v=int].py", {"v": 2026}),
        UUID: ("[v=uuid].py", {"v": uuid.UUID(UUID)}),
        "beef": ("[v=hex].py", {"v": ("hex", "beef")}),
        "2026x": ("[v=hex].py", {"v": ("hex", "2026x")}),
        "words": ("[v=year].py", {"v": ("year", "words")}),
        "under_score": ("[v=slug].py", {"v": "under_score"}),
        "a.b": ("[text].py", {"text": "a.b"}),
    }  # fmt: skip


def test_a_static_folder_that_leads_nowhere_is_left_again() -> None:
    table = table_of(["users/me/posts.py", "users/[id]/likes.py", "users/[...rest].py"])
    assert answer(table, "users/me/posts") == ("users/me/posts.py", {})
    assert answer(table, "users/me/likes") == ("users/[id]/likes.py", {"id": "me"})
    assert answer(table, "users/you/likes") == ("users/[id]/likes.py", {"id": "you"})
    assert answer(table, "users/me/posts/1") == (
        "users/[...rest].py",
        {"rest": ["me", "posts", "1"]},
    )
    assert answer(table, "users") is None


def test_a_parameter_tried_in_vain_leaves_nothing_behind() -> None:
    table = table_of(["[n=int]/[m=int]/a.py", "[n=int]/[s=slug]/b.py", "[t]/[u]/c.py"])
    assert answer(table, "1/2/a") == ("[n=int]/[m=int]/a.py", {"n": 1, "m": 2})
    assert answer(table, "1/2/b") == ("[n=int]/[s=slug]/b.py", {"n": 1, "s": "2"})
    assert answer(table, "1/2/c") == ("[t]/[u]/c.py", {"t": "1", "u": "2"})


def test_a_value_that_does_not_convert_goes_to_the_next_candidate() -> None:
    table = table_of(["[id=int].py", "[...rest].py"])
    assert files_for(table, "4", "x") == ["[id=int].py", "[...rest].py"]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        *[
            ("[v=int].py", text)
            for text in ("x", "-1", "+1", "1_0", " 1", "1.0", "\u0663", "9" * 5000)
        ],
        *[("[v=uuid].py", text) for text in (UUID.upper(), UUID.replace("-", ""), f"{{{UUID}}}")],
        *[("[v=slug].py", text) for text in ("a.b", "\u00e9", "a b", "a%20b")],
    ],
)
def test_a_converter_takes_what_djangos_takes_and_the_rest_is_not_found(
    file: str, text: str
) -> None:
    assert table_of([file]).match(text) is None


@pytest.mark.parametrize("text", ["-", "_", "a-b_1", "0"])
def test_a_slug_is_letters_digits_dashes_and_underscores(text: str) -> None:
    assert answer(table_of(["[v=slug].py"]), text) == ("[v=slug].py", {"v": text})


def test_a_catch_all_takes_one_segment_or_more_as_a_list() -> None:
    table = table_of(["files/[...path].py"])
    assert answer(table, "files") is None
    assert answer(table, "files/a") == ("files/[...path].py", {"path": ["a"]})
    assert answer(table, "files/a/b/c/") == ("files/[...path].py", {"path": ["a", "b", "c"]})


def test_an_optional_catch_all_takes_none_too_and_is_then_absent() -> None:
    table = table_of(["docs/[[...page]].py", "[...rest].py"])
    assert answer(table, "docs") == ("docs/[[...page]].py", {})
    assert answer(table, "docs/") == ("docs/[[...page]].py", {})
    assert answer(table, "docs/a/b") == ("docs/[[...page]].py", {"page": ["a", "b"]})
    assert answer(table_of(["[[...all]].py"]), "") == ("[[...all]].py", {})


def test_one_trailing_slash_is_the_same_url() -> None:
    table = table_of(["users/me.py", "users/[id].py", "index.py"])
    assert answer(table, "users/me") == answer(table, "users/me/") == ("users/me.py", {})
    assert answer(table, "users/7") == answer(table, "users/7/") == ("users/[id].py", {"id": "7"})
    assert files_for(table, "/", "users/me//", "users/7//") == [None] * 3


@pytest.mark.parametrize(
    "path",
    ["//", "a//b", "/a", "a//", ".", "..", "a/..", "../a", "a/./b", "./a", "../../etc/passwd"],
)
def test_a01_a02_a13_empty_and_dot_segments_are_not_found(path: str) -> None:
    table = table_of(["[[...path]].py"])
    assert table.match(path) is None


@pytest.mark.parametrize("code", [*range(0x20), *range(0x7F, 0xA0)])
def test_a06_a07_control_characters_are_not_found(code: int) -> None:
    table = table_of(["[[...path]].py", "users.py"])
    assert files_for(table, f"users{chr(code)}", f"a{chr(code)}b", chr(code)) == [None] * 3


@pytest.mark.parametrize(
    "path", ["%FF", "%ff%fe", "a/%ED%A0%80", "%C0%AE%C0%AE/x", "caf%E9", "\ufffd", "a/\ufffdb"]
)
def test_a08_a09_bytes_that_are_no_utf_8_are_not_found(path: str) -> None:
    assert table_of(["[[...path]].py"]).match(path) is None


@pytest.mark.parametrize("text", ["%zz", "%", "%%", "100%", "%4", "%61dmin", "%2F", "a%2Fb", "%00"])
def test_a05_a10_a_percent_sign_that_is_left_after_decoding_is_text(text: str) -> None:
    table = table_of(["[text].py", "admin.py"])
    assert answer(table, text) == ("[text].py", {"text": text})


@pytest.mark.parametrize(
    "text", ["a;x=1", "\u202e", "\u200b", "e\u0301", "\uff0e\uff0e", "a b", "😀"]
)
def test_a11_a12_a30_other_characters_are_data(text: str) -> None:
    table = table_of(["[text].py", "a.py", "\u00e9.py"])
    assert answer(table, text) == ("[text].py", {"text": text})


def test_a11_names_are_not_normalised() -> None:
    table = table_of(["caf\u00e9.py"])
    assert files_for(table, "caf\u00e9", "cafe\u0301") == ["caf\u00e9.py", None]


def test_a15_matching_is_case_sensitive() -> None:
    table = table_of(["users/me.py"])
    assert files_for(table, "users/me", "Users/me", "users/Me", "USERS/ME") == [
        "users/me.py",
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    "path",
    [
        "users/[id].py",
        "hello.py",
        "hello.pyc",
        "__init__",
        "_middleware",
        "_lib/db",
        ".env",
        "index",
    ],
)
def test_a16_a20_no_file_has_a_second_url(path: str) -> None:
    table = table_of(["users/[id=int].py", "hello.py", "(admin)/stats.py", "index.py"])
    assert table.match(path) is None


def test_a16_a_group_is_in_no_url() -> None:
    table = table_of(["(admin)/stats.py"])
    assert files_for(table, "stats", "(admin)/stats", "admin/stats") == [
        "(admin)/stats.py",
        None,
        None,
    ]


def test_a17_brackets_in_a_url_are_a_value() -> None:
    table = table_of(["users/[id].py", "files/[...path].py"])
    assert answer(table, "users/[id]") == ("users/[id].py", {"id": "[id]"})
    assert answer(table, "files/[...path]") == ("files/[...path].py", {"path": ["[...path]"]})
