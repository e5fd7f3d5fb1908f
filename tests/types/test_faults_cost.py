"""A megabyte of wrong values costs a second at most, and is answered by a hundred faults."""

from __future__ import annotations

import json
from time import thread_time
from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta
from pydantic import BaseModel
from rest_framework import serializers

from fileapi.http.errors import HttpError
from fileapi.types.contract import contract

MB = 1024 * 1024
Whole = Annotated[int, Meta(ge=0)] | None


class Point(msgspec.Struct):
    x: int


class Deep(msgspec.Struct):
    inner: Deep | None = None
    several: list[Deep] = []
    numbers: list[Whole] = []


class Wide(BaseModel):
    a: int
    b: int
    c: list[Wide] = []


class Small(serializers.Serializer[Any]):
    a = serializers.IntegerField()


def nested(times: int, value: Any) -> Any:
    for _ in range(times):
        value = {"inner": value}
    return value


def in_lists(times: int, value: Any) -> Any:
    for _ in range(times):
        value = {"several": [{}] * 255 + [value]}
    return value


def numbers(every: int) -> list[Any]:
    return ["x" if n % every == 0 else n for n in range(1, 140_001)]


CASES: dict[str, tuple[Any, Any, int]] = {
    "all wrong": (list[int], ["x"] * (MB // 5), 100),
    "the last wrong": (list[Whole], [1] * (MB // 2) + ["x"], 1),
    "every 1500th wrong": (list[Whole], numbers(1500), 93),
    "choices": (list[Literal["a", "b"]], ["a"] * (MB // 5 - 9) + ["x"], 1),
    "objects": (list[Point], [{"x": 1}] * (MB // 10) + [{"x": "1"}], 1),
    "nothing in them": (list[Point], [{}] * (MB // 4), 100),
    "names": (dict[int, int], {str(n): 1 for n in range(90_000)} | {"x": "y"}, 2),
    "lists of lists": (list[list[int]], [["x"]] * (MB // 8), 100),
    "pydantic": (list[Wide], ["x"] * (MB // 5), 100),
    "pydantic, missing": (list[Wide], [{}] * (MB // 4), 100),
    "pydantic, nested": (list[Wide], [{"a": 1, "b": 1, "c": [{}] * 9}] * (MB // 60), 100),
    "pydantic, late": (list[Wide], [{"a": 1, "b": 2}] * 40_000 + [{}] * (MB // 20), 1),
    "serializers": (list[Small], [{}] * (MB // 4), 100),
    "serializers, of another kind": (list[Small], [5] * (MB // 2), 100),
}
# Where a search has to give up: it says at least that the value is refused.
UNBOUNDED: dict[str, tuple[Any, Any]] = {
    "deep": (Deep, nested(97, {"numbers": [1] * (MB // 2) + ["x"]})),
    "deep and wide": (Deep, in_lists(45, {"numbers": [1] * (MB // 2) + ["x"]})),
}


def cost(annotation: Any, value: Any) -> tuple[float, list[dict[str, Any]]]:
    read = contract(annotation).from_json
    raw = json.dumps(value, separators=(",", ":")).encode()
    assert 0.5 * MB < len(raw) < 1.2 * MB
    start = thread_time()
    with pytest.raises(HttpError) as caught:
        read(raw)
    spent = thread_time() - start
    assert caught.value.status == 422
    return spent, caught.value.errors or []


@pytest.mark.parametrize("name", CASES)
def test_a_megabyte_of_faults_is_answered_within_a_second(name: str) -> None:
    annotation, value, found = CASES[name]
    spent, faults = cost(annotation, value)
    assert spent < 1
    assert len(faults) == found


@pytest.mark.parametrize("name", UNBOUNDED)
def test_a_search_that_takes_too_long_is_given_up(name: str) -> None:
    annotation, value = UNBOUNDED[name]
    spent, faults = cost(annotation, value)
    assert spent < 1
    assert len(faults) == 1
    assert faults[0]["message"]


def test_a_long_value_is_not_sent_back() -> None:
    long = "x" * MB
    for annotation in (Literal["a"], Point, list[Wide], Small):
        with pytest.raises(HttpError) as caught:
            contract(annotation).from_json(json.dumps(long).encode())
        assert len(caught.value.body()) < 1000
