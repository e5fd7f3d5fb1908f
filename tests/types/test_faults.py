"""A value that a type of msgspec's refuses: every place that is wrong is named."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import (
    Annotated,
    Any,
    Generic,
    Literal,
    NamedTuple,
    NewType,
    NotRequired,
    Required,
    TypedDict,
    TypeVar,
)
from uuid import UUID

import msgspec
import pytest
from msgspec import Meta

from fileapi.http.errors import HttpError
from fileapi.http.query import Query
from fileapi.types.contract import contract

from .faults import faults, kinds, kinds_of_text

T = TypeVar("T")


class Point(msgspec.Struct):
    x: int
    y: int = 0


class Box(msgspec.Struct, Generic[T]):
    one: T
    many: list[T] = []


@dataclass
class Data(Generic[T]):
    one: T


@dataclass
class IntData(Data[int]):
    two: str = ""


class Typed(TypedDict, Generic[T], total=False):
    one: Required[T]
    two: NotRequired[int]
    three: str


class Pair(NamedTuple):
    left: int
    right: str = ""


class Row(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    left: int
    right: str


class TaggedRow(msgspec.Struct, array_like=True, tag="row"):
    left: int


class Cat(msgspec.Struct, tag_field="kind", tag="cat"):
    lives: int


class Dog(msgspec.Struct, tag_field="kind", tag="dog"):
    tricks: list[str]


class Renamed(msgspec.Struct, rename={"a": "a.b/c~d[0]`"}):
    a: int


class Camel(msgspec.Struct, rename="camel"):
    first_name: str


class Closed(msgspec.Struct, forbid_unknown_fields=True, tag=True):
    x: int


class Tree(msgspec.Struct):
    value: int
    children: list[Tree] = []
    left: Tree | None = None


class Positive(msgspec.Struct):
    n: int

    def __post_init__(self) -> None:
        if self.n < 0:
            raise ValueError("n is negative - at `$.elsewhere`")


class Patch(msgspec.Struct):
    name: str | msgspec.UnsetType = msgspec.UNSET


class Colour(enum.Enum):
    RED = "red"


Ids = NewType("Ids", list[int])
Short = Annotated[str, Meta(max_length=3)]
Whole = Annotated[int, Meta(ge=0)]


@pytest.mark.parametrize(
    ("annotation", "value", "found"),
    [
        (Point, {"x": "1", "y": None}, {"/x": "type", "/y": "type"}),
        (Point, {"y": "1"}, {"/x": "missing", "/y": "type"}),
        (Point, [], {"": "type"}),
        (Point, None, {"": "type"}),
        (Point | None, {"x": "1"}, {"/x": "type"}),
        (Point | int, "x", {"": "type"}),
        (
            list[Point],
            [{"x": 1}, {"x": "1"}, 5, {}],
            {"/1/x": "type", "/2": "type", "/3/x": "missing"},
        ),
        (dict[str, Point], {"a/b": {"x": ""}, "~": 1}, {"/a~1b/x": "type", "/~0": "type"}),
        (tuple[int, str], ["x", 1], {"/0": "type", "/1": "type"}),
        (tuple[int, str], ["x"], {"": "value", "/0": "type"}),
        (tuple[int, ...], [1, "x"], {"/1": "type"}),
        (set[int], [1, "x", 1], {"/1": "type"}),
        (frozenset[Short], ["long", "x"], {"/0": "value"}),
        (int | list[int], ["x", 1, None], {"/0": "type", "/2": "type"}),
        (list[Point] | Point, {"x": ""}, {"/x": "type"}),
        (list[Point] | Point, [{"x": ""}], {"/0/x": "type"}),
        (Cat | Dog, {"kind": "cat", "lives": "9"}, {"/lives": "type"}),
        (
            Cat | Dog,
            {"kind": "dog", "tricks": [1, "sit", 2]},
            {"/tricks/0": "type", "/tricks/2": "type"},
        ),
        (Cat | Dog, {"kind": "cow", "lives": "9"}, {"/kind": "value"}),
        (Cat | Dog, {"kind": 1}, {"/kind": "value"}),
        (Cat | Dog, {"lives": 9}, {"/kind": "missing"}),
        (Cat | Dog | None, "x", {"": "type"}),
        (list[Cat | Dog], [{"kind": "cat"}, {}], {"/0/lives": "missing", "/1/kind": "missing"}),
        (Cat, {"kind": "dog", "lives": "9"}, {"/kind": "value", "/lives": "type"}),
        (Box[int], {"one": "", "many": [1, ""]}, {"/one": "type", "/many/1": "type"}),
        (Box[Point], {"one": {"x": ""}}, {"/one/x": "type"}),
        (Data[int], {"one": ""}, {"/one": "type"}),
        (IntData, {"one": "", "two": 1}, {"/one": "type", "/two": "type"}),
        (
            Typed[int],
            {"two": "", "three": 1},
            {"/one": "missing", "/two": "type", "/three": "type"},
        ),
        (list[Pair], [[""], [], [1, 2]], {"/0/0": "type", "/1/0": "missing", "/2/1": "type"}),
        (Pair, [1, "", 3], {"": "value"}),
        (Pair, {"left": 1}, {"": "type"}),
        (Row, ["x"], {"/0": "type", "/1": "missing"}),
        (Row, [1, 2, 3], {"/1": "type", "/2": "unknown"}),
        (TaggedRow, ["row", "x"], {"/1": "type"}),
        (TaggedRow, ["column", 1], {"/0": "value"}),
        (TaggedRow, [], {"/0": "missing", "/1": "missing"}),
        (Renamed, {"a.b/c~d[0]`": ""}, {"/a.b~1c~0d[0]`": "type"}),
        (Renamed, {"a": 1}, {"/a.b~1c~0d[0]`": "missing"}),
        (Camel, {"firstName": 1}, {"/firstName": "type"}),
        (Closed, {"type": "Closed", "x": "", "~/": 1}, {"/x": "type", "/~0~1": "unknown"}),
        (
            Tree,
            {"value": 1, "children": [{"value": "", "left": {"children": [{}]}}]},
            {
                "/children/0/value": "type",
                "/children/0/left/value": "missing",
                "/children/0/left/children/0/value": "missing",
            },
        ),
        (Positive, {"n": -1}, {"": "value"}),
        (list[Positive], [{"n": -1}, {"n": ""}], {"/0": "value", "/1/n": "type"}),
        (Patch, {"name": 1}, {"/name": "type"}),
        (Short, "long", {"": "value"}),
        (Short | None, "long", {"": "value"}),
        (list[Whole], [1, -1, 1.5], {"/1": "value", "/2": "type"}),
        (Annotated[list[int], Meta(min_length=3)], ["x"], {"": "value", "/0": "type"}),
        (
            Annotated[dict[str, int], Meta(max_length=1)],
            {"a": "", "b": 1},
            {"": "value", "/a": "type"},
        ),
        (dict[int, int], {"1": "", "x": 1}, {"/1": "type", "/x": "value"}),
        (dict[Short, Point], {"long": {"x": ""}}, {"/long": "value", "/long/x": "type"}),
        (Ids, [""], {"/0": "type"}),
        (Literal["a", "b"], "c", {"": "value"}),
        (Literal[1, "b"], None, {"": "type"}),
        (list[Colour], ["red", "blue"], {"/1": "value"}),
        (datetime, "yesterday", {"": "value"}),
        (Annotated[datetime, Meta(tz=True)], "2020-01-01T00:00:00", {"": "value"}),
        (list[UUID | None], ["x", None], {"/0": "value"}),
        (list[Decimal], ["1.5", "x"], {"/1": "value"}),
        (dict[str, Any], [], {"": "type"}),
    ],
)
def test_every_place_is_named_with_its_kind(annotation: Any, value: Any, found: Any) -> None:
    assert kinds(annotation, value) == found


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (dict[int, int], {"1": 2}),
        (Cat, {"lives": 9}),
        (Cat | Dog, {"kind": "dog", "tricks": []}),
        (Typed[int], {"one": 1}),
        (list[Pair], [[1], [1, ""]]),
        (list[Colour], ["red"]),
        (Patch, {}),
        (bytes, "aGVsbG8="),
        (list[Decimal], [1, 1.5, "1.5"]),
        (Tree, {"value": 1, "left": {"value": 2}}),
        (Point, {"x": 1, "other": 2}),
    ],
)
def test_what_fits_is_accepted(annotation: Any, value: Any) -> None:
    assert faults(annotation, value) == []


def test_a_message_says_what_is_wrong() -> None:
    assert [fault["message"] for fault in faults(list[Point], [{"x": "1"}, {}])] == [
        "Expected `int`, got `str`",
        "This field is required.",
    ]
    [fault] = faults(dict[int, int], {"x": 1})
    assert fault["message"] == "This name is not valid: Expected `int`, got `str`"


@pytest.mark.parametrize(
    "value", ["' - at `$.x`", "x" * 100_000, "x - at `key` in `$`", "\r\n<script>"]
)
def test_a_choice_says_what_it_may_be_and_quotes_no_client(value: str) -> None:
    wanted = [{"pointer": "/0", "message": "This must be one of 'a', 'b'.", "kind": "value"}]
    assert faults(list[Literal["a", "b"]], [value]) == wanted
    [fault] = faults(list[Colour], [value])
    assert fault["message"] == "This must be one of 'red'."
    [fault] = faults(Cat | Dog, {"kind": value})
    assert fault["message"] == "This must be one of 'cat', 'dog'."


def test_the_words_of_a_type_are_no_place() -> None:
    [fault] = faults(list[Positive], [{"n": -1}])
    assert fault == {
        "pointer": "/0",
        "message": "n is negative - at `$.elsewhere`",
        "kind": "value",
    }


def test_a_message_that_quotes_the_client_does_not_grow_with_it() -> None:
    class Echo(msgspec.Struct):
        name: str

        def __post_init__(self) -> None:
            raise ValueError(f"Unknown: {self.name}")

    [fault] = faults(Echo, {"name": "x" * 100_000})
    assert len(fault["message"]) == 301


def test_a_key_sent_twice_is_refused_for_the_first_value() -> None:
    with pytest.raises(HttpError) as caught:
        contract(Point).from_json(b'{"x": "1", "x": 1}')
    assert caught.value.status == 422
    assert caught.value.errors


def test_a_text_that_is_broken_behind_a_fault_is_400() -> None:
    with pytest.raises(HttpError) as caught:
        contract(Point).from_json(b'{"x": "1", "y": }')
    assert caught.value.status == 400


class Search(msgspec.Struct):
    q: Short
    page: Whole = 0
    tags: list[Short] = []
    near: tuple[float, float] | None = None
    sort: Literal["up", "down"] = "up"
    since: datetime | None = None


@pytest.mark.parametrize(
    ("lists", "found"),
    [
        ({}, {"/q": "missing"}),
        (
            {"q": ["long"], "page": ["-1"], "tags": ["a", "long", "b", "long"], "sort": ["left"]},
            {
                "/q": "value",
                "/page": "value",
                "/tags/1": "value",
                "/tags/3": "value",
                "/sort": "value",
            },
        ),
        ({"q": ["x"], "page": ["x"], "near": ["1"]}, {"/page": "type", "/near": "value"}),
        ({"q": ["x"], "near": ["1", "y"], "since": ["y"]}, {"/near/1": "type", "/since": "value"}),
        ({"q": ["x", "long"], "near": ["1", "2"]}, {"/q": "value"}),
        ({"q": ["x"], "near": ["1", "2"], "since": ["2020-01-01T00:00:00Z"]}, {}),
    ],
)
def test_text_is_converted_and_every_fault_of_it_named(lists: Any, found: Any) -> None:
    assert kinds_of_text(Search, lists) == found


def test_a_dict_reads_the_last_value_or_all_of_them() -> None:
    query = Query({"1": ["2", "3"]})
    assert contract(dict[str, str]).from_strings(query) == {"1": "3"}
    assert contract(dict[int, int]).from_strings(query) == {1: 3}
    assert contract(dict[str, list[int]]).from_strings(query) == {"1": [2, 3]}
    assert contract(dict[str, str | list[str]]).from_strings(query) == {"1": ["2", "3"]}
    assert contract(dict).from_strings(query) == {"1": ["2", "3"]}
    assert contract(dict[str, list[int]]).from_strings(Query({"1": ["2"]})) == {"1": [2]}
    assert kinds_of_text(dict[str, list[int]], {"a": ["1", "x"]}) == {"/a/1": "type"}
