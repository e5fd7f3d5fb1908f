"""`res.after` on real servers: behind the answer, whatever the client does, and at a stop."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from typing import Any

import pytest

from .conftest import KINDS
from .running import Running

_numbers = itertools.count()


@pytest.fixture
def name(site: Running) -> Iterator[str]:
    """A name of the test's own in the journal; its work is not left waiting."""
    name = f"after-{next(_numbers)}"
    yield name
    site.journal.open_gate(name)


def test_it_runs_when_the_client_has_its_answer(site: Running, source: str, name: str) -> None:
    answer = site.ask("GET", f"/api/after/{source}?name={name}", timeout=5)
    assert (answer.status, answer.json()) == (200, {"message": "The rest comes later."})
    site.journal.wait_for(name, "began")
    assert site.journal.said(name) == ["began"]  # the answer is here, and the work goes on
    site.journal.open_gate(name)
    site.journal.wait_for(name, "done")


def test_it_runs_when_the_client_has_left_a_stream(site: Running, source: str, name: str) -> None:
    with site.get(f"/api/after/{source}?name={name}&endless") as wire:
        wire.read_until(b"line\n")
        assert site.journal.said(name) == []
    site.journal.open_gate(name)
    site.journal.wait_for(name, "done")
    assert site.journal.said(name) == ["began", "done"]


def test_it_runs_when_the_client_has_left_before_the_answer(site: Running, name: str) -> None:
    with site.get(f"/api/slow?name={name}"):
        site.journal.wait_for(name, "asked")
    site.journal.wait_for(name, "done", timeout=3)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stopping_server_waits_for_it(run_site: Any, kind: str, source: str) -> None:
    # uvicorn waits for the second that tests/live gives it.
    site = run_site(kind, GRACEFUL_TIMEOUT="10", STOPPED=source)
    assert site.ask("GET", f"/api/after/{source}?name=last").status == 200
    site.journal.wait_for("last", "began")
    site.server.process.terminate()
    time.sleep(0.3)
    assert site.server.process.poll() is None
    assert site.journal.said("last") == ["began"]
    site.journal.open_gate("last")
    site.server.process.wait(timeout=5)
    assert site.journal.said("last") == ["began", "done"]
