"""Megabytes of wrong values, and what it costs to say so: ``python -m tests.types.megabytes``."""

from __future__ import annotations

import json
import os
from time import thread_time
from typing import Annotated, Any, Literal

import django
import msgspec
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


# A type, a value, and how many faults it has, as far as they are told.
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
UNBOUNDED: dict[str, tuple[Any, Any, int]] = {
    "deep": (Deep, nested(97, {"numbers": [1] * (MB // 2) + ["x"]}), 1),
    "deep and wide": (Deep, in_lists(45, {"numbers": [1] * (MB // 2) + ["x"]}), 1),
}


class Cost(msgspec.Struct):
    seconds: float
    faults: list[dict[str, Any]]


def cost(annotation: Any, value: Any) -> Cost:
    read = contract(annotation).from_json
    raw = json.dumps(value, separators=(",", ":")).encode()
    assert 0.5 * MB < len(raw) < 1.2 * MB
    start = thread_time()
    try:
        read(raw)
    except HttpError as error:
        spent = thread_time() - start
        assert error.status == 422
        return Cost(spent, error.errors or [])
    raise AssertionError(f"{annotation!r} takes it.")


def main() -> None:
    every = {**CASES, **UNBOUNDED}
    costs = {name: cost(annotation, value) for name, (annotation, value, _) in every.items()}
    print(msgspec.json.encode(costs).decode())


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    main()
