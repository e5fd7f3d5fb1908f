"""JSONTestSuite, each file posted to a real server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Wire
from .raw import Connection, request

SUITE = Path(__file__).parents[3] / "shared" / "corpora" / "JSONTestSuite"
HOW_TO_GET_IT = f"Put the files of JSONTestSuite's test_parsing into {SUITE}."


@pytest.fixture
def statuses(wire: Wire, need: Any) -> Any:
    """Return the status for each file of a kind: ``statuses("y")``."""
    need(SUITE.is_dir(), HOW_TO_GET_IT)

    def ask(kind: str) -> dict[str, int]:
        with Connection(wire.port) as connection:
            return {path.name: _post(connection, path) for path in SUITE.glob(f"{kind}_*.json")}

    return ask


def _post(connection: Connection, path: Path) -> int:
    answer = connection.ask(
        request("POST", "/api/echo/body", path.read_bytes(), content_type="application/json")
    )
    if answer.status == 200:
        assert answer.json()["value"] == json.loads(path.read_bytes() or b"{}"), path.name
    else:
        assert answer.json()["title"] == "Bad Request", path.name
    return answer.status


def test_everything_that_is_json_is_accepted(statuses: Any) -> None:
    got = statuses("y")
    assert len(got) == 95
    assert {name for name, status in got.items() if status != 200} == set()


def test_everything_that_is_none_is_400(statuses: Any) -> None:
    got = statuses("n")
    assert len(got) == 188
    assert {name: status for name, status in got.items() if status != 400} == {}


def test_what_the_standard_leaves_open_is_accepted_or_refused_and_no_server_error(
    statuses: Any,
) -> None:
    got = statuses("i")
    assert len(got) == 35
    assert set(got.values()) == {200, 400}
