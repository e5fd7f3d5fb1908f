"""A megabyte of wrong values costs a second at most, and is answered by a hundred faults."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Literal

import msgspec
import pytest

from fileapi.http.errors import HttpError
from fileapi.types.contract import contract

from .megabytes import CASES, MB, UNBOUNDED, Cost, Point, Small, Wide

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def costs() -> dict[str, Cost]:
    """What each costs, in a process of its own: coverage takes longer than the work."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.types.megabytes"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if "COV" not in name},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return msgspec.json.decode(done.stdout, type=dict[str, Cost])


@pytest.mark.parametrize("name", CASES)
def test_a_megabyte_of_faults_is_answered_within_a_second(
    costs: dict[str, Cost], name: str
) -> None:
    assert costs[name].seconds < 1
    assert len(costs[name].faults) == CASES[name][2]


@pytest.mark.parametrize("name", UNBOUNDED)
def test_a_search_that_takes_too_long_is_given_up(costs: dict[str, Cost], name: str) -> None:
    assert costs[name].seconds < 1
    [fault] = costs[name].faults
    assert fault["message"]


def test_a_long_value_is_not_sent_back() -> None:
    long = "x" * MB
    for annotation in (Literal["a"], Point, list[Wide], Small):
        with pytest.raises(HttpError) as caught:
            contract(annotation).from_json(json.dumps(long).encode())
        assert len(caught.value.body()) < 1000
