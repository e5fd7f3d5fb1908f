"""Annotations that nothing can be made of keep a route file from serving, and say why."""

from __future__ import annotations

import sys
import textwrap
from typing import Any

import msgspec
import pytest
from rest_framework import serializers

from fileapi.endpoint.module import RouteError
from fileapi.http.json import encode
from fileapi.types.contract import contract

NAMES = """
from __future__ import annotations
import enum, msgspec
from collections.abc import *
from typing import *
from dataclasses import dataclass
from django.http import HttpRequest
from pydantic import BaseModel
from rest_framework import serializers
from project.feedback.models import Feedback
class Point(msgspec.Struct): x: int
class Other(msgspec.Struct): x: int
class Unknown(msgspec.Struct): x: "Nowhere"
class Holds(msgspec.Struct): request: HttpRequest
@dataclass
class Model: inner: "BookModel"
class BookModel(BaseModel): x: int
class Forward(BaseModel): x: "Nowhere"
class Odd(BaseModel, arbitrary_types_allowed=True): request: HttpRequest
class Calls(BaseModel): call: Callable[[], int]
class Book(serializers.Serializer): x = serializers.CharField()
class Empty(serializers.Serializer): pass
class NoMeta(serializers.ModelSerializer): pass
class NoSuch(serializers.ModelSerializer):
    class Meta:
        model = Feedback
        fields = ["nowhere"]
class Asks(serializers.Serializer):
    def get_fields(self): return {"x": self.context["request"]}
"""

BAD = {
    "HttpRequest": "HttpRequest is no type of JSON",
    "Feedback": "Feedback is no type of JSON",
    "list[Feedback]": "Feedback is no type of JSON",
    "Holds": "HttpRequest is no type of JSON",
    "Point | Other": "must be tagged",
    "Point | dict": "dict-like",
    "set[Point]": "a set cannot hold",
    "set[list[int]]": "a set cannot hold",
    "Unknown": "Nowhere",
    "Literal[1.5]": "Literal",
    "Model": "BookModel is no type of JSON",
    "Forward": "not fully defined",
    "Odd": "HttpRequest",
    "Calls": "CallableSchema",
    "BookModel | HttpRequest": "HttpRequest",
    "Empty": "Empty has no fields",
    "list[Empty]": "Empty has no fields",
    "NoMeta": "Meta",
    "NoSuch": "nowhere",
    "Asks": "request",
    "Book(many=True)": "as a class",
    "Book()": "as a class",
    "Book | None": "as a class",
    "dict[str, Book]": "as a class",
    "list[list[Book]]": "as a class",
    "list[Book(many=True)]": "as a class",
    "Callable[[], int]": "Callable",
}


@pytest.fixture
def mode() -> str:
    """Say nothing of requests: none is sent."""
    return "wsgi"


@pytest.mark.parametrize("annotation", BAD)
@pytest.mark.parametrize("place", ["body", "return"])
def test_an_annotation_without_a_rule_names_file_and_annotation(
    api: Any, annotation: str, place: str
) -> None:
    signature = f"body: {annotation}" if place == "body" else ""
    returned = f"-> {annotation}" if place == "return" else ""
    text = textwrap.dedent(NAMES) + f"def POST({signature}) {returned}: return body\n"
    folder = api({"books/[id].py": text}).folder
    [route] = folder.routes()
    with pytest.raises(RouteError) as caught:
        folder.endpoint(route).load()
    problem = caught.value.problem
    assert problem.id == "E025"
    assert problem.files == ("books/[id].py",)
    assert "books/[id].py: POST" in problem.message
    assert BAD[annotation] in problem.message
    assert ("returns " if place == "return" else "annotates body with ") in problem.message
    assert problem.hint


@pytest.mark.parametrize(
    "annotation",
    ["Point", "list[Point]", "BookModel | None", "Book", "list[Book]", "dict", "set[int]", "Any"],
)
def test_what_has_a_rule_is_loaded(api: Any, annotation: str) -> None:
    text = textwrap.dedent(NAMES) + f"def POST(body: {annotation}) -> {annotation}: return body\n"
    folder = api({"a.py": text}).folder
    [route] = folder.routes()
    assert folder.endpoint(route).load().handlers


def test_a_query_that_could_never_be_sent_keeps_the_file_from_serving(api: Any) -> None:
    folder = api({"a.py": "def GET(query: list[int]): return query"}).folder
    [route] = folder.routes()
    with pytest.raises(RouteError, match="annotates query with list"):
        folder.endpoint(route).load()


class Nested(msgspec.Struct):
    inner: Inner


class Inner(msgspec.Struct):
    x: int = 0


class Flat(msgspec.Struct):
    x: int
    several: list[int] | None = None
    perhaps: Inner | str = ""


class Book(serializers.Serializer[Any]):
    x = serializers.CharField()


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (list[int], "a query has names"),
        (str, "a query has names"),
        (Nested, "inner would be an object"),
        (dict[str, Inner], "a value would be an object"),
        (Book, "a serializer reads a body"),
        (Inner | None, "a query has names"),
    ],
)
def test_a_query_that_could_never_be_sent_has_no_contract(annotation: Any, words: str) -> None:
    contract(annotation)
    with pytest.raises(TypeError, match=words):
        contract(annotation, is_query=True)


@pytest.mark.parametrize(
    "annotation", [Flat, Inner, dict, dict[str, int], dict[str, list[int]]], ids=str
)
def test_a_query_of_names_and_text_has_one(annotation: Any) -> None:
    assert contract(annotation, is_query=True).annotation == annotation


if sys.version_info >= (3, 12):  # which brought the type statement

    def test_a_name_of_a_type_stands_for_it_and_may_not_hold_itself() -> None:
        names: dict[str, Any] = {"Flat": Flat}
        exec("type Several[T] = list[T]\ntype Tree = list[Tree]", names)
        assert encode(contract(names["Several"][int]).answer([1])) == b"[1]"
        assert encode(contract(names["Several"][Flat]).answer([{"x": 1, "y": 2}])).startswith(
            b'[{"x":1,'
        )
        with pytest.raises(TypeError, match="recursion"):
            contract(names["Tree"])
