"""What an annotation makes of query, body and answer."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, TypedDict

import msgspec
import pytest

from fileapi.http.errors import HttpError
from fileapi.http.json import encode
from fileapi.http.query import PathQuery, Query
from fileapi.types.contract import contract


class Search(msgspec.Struct):
    q: str
    page: int = 1
    tags: list[str] = []
    deep: bool = False
    near: float | None = None


def fault(call: Any) -> tuple[str, str]:
    with pytest.raises(HttpError) as caught:
        call()
    assert caught.value.status == 422
    [found] = caught.value.errors or []
    return found["pointer"], found["message"]


def test_a_query_is_converted_from_text() -> None:
    read = contract(Search).from_strings
    lists = {"q": ["x", "y"], "page": ["2"], "tags": ["a", "b"], "deep": ["true"], "near": ["1.5"]}
    assert read(Query(lists)) == Search(q="y", page=2, tags=["a", "b"], deep=True, near=1.5)
    assert read(Query({"q": ["x"], "tags": ["a"], "other": ["1"]})) == Search(q="x", tags=["a"])
    assert read(Query({"q": [""]})) == Search(q="")


@pytest.mark.parametrize(
    ("lists", "pointer"),
    [
        ({}, "/q"),
        ({"q": ["x"], "page": ["many"]}, "/page"),
        ({"q": ["x"], "page": [""]}, "/page"),
        ({"q": ["x"], "page": ["1.5"]}, "/page"),
        ({"q": ["x"], "near": ["far"]}, "/near"),
        ({"q": ["x"], "deep": ["maybe"]}, "/deep"),
    ],
)
def test_a_query_that_does_not_fit_is_422_with_the_place(
    lists: dict[str, list[str]], pointer: str
) -> None:
    assert fault(lambda: contract(Search).from_strings(Query(lists)))[0] == pointer


def test_other_types_read_a_query_too() -> None:
    @dataclass
    class Plain:
        q: str
        n: list[int]

    class Typed(TypedDict):
        n: int

    class Renamed(msgspec.Struct, rename="camel"):
        my_tags: list[str] = []

    class Optional(msgspec.Struct):
        tags: list[str] | None = None

    query = Query({"q": ["x"], "n": ["1", "2"], "myTags": ["a", "b"], "tags": ["c"]})
    assert contract(Plain).from_strings(query) == Plain(q="x", n=[1, 2])
    assert contract(Typed).from_strings(query) == {"n": 2}
    assert contract(Renamed).from_strings(query).my_tags == ["a", "b"]
    assert contract(Optional).from_strings(query).tags == ["c"]
    assert contract(dict[str, str]).from_strings(Query({"q": ["x"]})) == {"q": "x"}


def test_path_parameters_are_in_a_query_and_do_not_disturb_a_strict_one() -> None:
    class WithPath(msgspec.Struct):
        id: int
        path: list[str] = []

    class Strict(msgspec.Struct, forbid_unknown_fields=True):
        q: str = ""

    assert contract(WithPath).from_strings(
        PathQuery({"id": ["7"]}, {"id": 42, "path": ["a", "b"]})
    ) == (WithPath(id=42, path=["a", "b"]))
    assert contract(Strict).from_strings(PathQuery({"q": ["x"]}, {"id": 42})) == Strict(q="x")
    assert (
        fault(lambda: contract(Strict).from_strings(PathQuery({"other": ["x"]}, {})))[0] == "/other"
    )


class Public(msgspec.Struct):
    name: str
    age: int | None = None


class Private(Public):
    password: str = "secret"


@dataclass
class PublicData:
    name: str


@dataclass
class PrivateData(PublicData):
    password: str = "secret"


class Holder(msgspec.Struct):
    one: Public
    many: list[Public] = []


def made(annotation: Any, value: Any) -> bytes:
    return encode(contract(annotation).answer(value))


def test_an_answer_is_read_from_attributes_or_keys_into_the_declared_type() -> None:
    row = SimpleNamespace(name="x", age=5, password="secret")
    for value in (row, {"name": "x", "age": 5, "password": "secret"}, Public("x", 5)):
        assert made(Public, value) == b'{"name":"x","age":5}'
    assert made(Public | None, None) == b"null"
    assert made(Public | None, row) == b'{"name":"x","age":5}'
    assert made(list[Public], (row for _ in range(2))) == (
        b'[{"name":"x","age":5},{"name":"x","age":5}]'
    )
    assert made(dict[str, Public], {"a": row}) == b'{"a":{"name":"x","age":5}}'
    assert made(tuple[int, str], (1, "a")) == b'[1,"a"]'


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (Public, Private("x")),
        (Public | None, Private("x")),
        (list[Public], [Private("x")]),
        (dict[str, Public], {"a": Private("x")}),
        (PublicData, PrivateData("x")),
        (list[PublicData], [PrivateData("x")]),
        (Holder, {"one": Private("x"), "many": [Private("x")]}),
        (Holder, SimpleNamespace(one=Private("x"), many=[Private("x")])),
        (Holder, Holder(one=Private("x"))),
        (Holder, Holder(one=Public("x"), many=[Private("x")])),
    ],
)
def test_what_is_not_declared_is_never_shown(annotation: Any, value: Any) -> None:
    assert b"secret" not in made(annotation, value)


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (int, "5"),
        (int, True),
        (str, 5),
        (Public, {"age": 5}),
        (Public, 5),
        (list[int], 5),
        (list[int], ["x"]),
        (list[str], "text"),
        (list[str], {"a": 1}),
        (list[Public], {"name": "x"}),
        (Public, None),
    ],
)
def test_an_answer_of_another_type_is_a_bug(annotation: Any, value: Any) -> None:
    with pytest.raises((TypeError, RuntimeError)):
        contract(annotation).answer(value)
