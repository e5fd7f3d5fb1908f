"""Streams on real servers: sent as they are made, closed when nobody reads, cut when they fail."""

from __future__ import annotations

import itertools
import time
from typing import Any

import pytest

from .conftest import THREADS
from .records import soon
from .running import Held, Running
from .wire import END_OF_CHUNKS, Wire

_numbers = itertools.count()


@pytest.fixture
def name() -> str:
    """A name of the test's own in the journal, and for its gate."""
    return f"stream-{next(_numbers)}"


def test_the_first_item_is_delivered_when_it_is_yielded(
    site: Running, source: str, name: str
) -> None:
    with site.get(f"/api/held/{source}?name={name}") as wire:
        wire.read_until(b"first;")  # the second one waits for what the next line opens
        site.journal.open_gate(name)
        assert b"second;" in wire.read_until(END_OF_CHUNKS)


def test_a_generator_is_closed_within_a_second_when_the_client_leaves_an_asgi_server(
    run_site: Any, source: str, name: str
) -> None:
    site = run_site("uvicorn")
    # Nothing can interrupt a thread, so that a sync generator is closed between two events.
    every = 3600 if source == "async" else 0.3
    with site.get(f"/api/ticks/{source}?name={name}&every={every}") as wire:
        wire.read_until(b'{"number":0}')
        left = time.monotonic()
    closed = site.journal.wait_for(name, "closed")
    assert closed.at - left < 1


def test_a_generator_is_closed_within_two_events_when_the_client_leaves_a_wsgi_server(
    run_site: Any, source: str, name: str
) -> None:
    site = run_site("gunicorn")
    with site.get(f"/api/ticks/{source}?name={name}&every=0.2") as wire:
        wire.read_until(b'{"number":1}')
        left = time.monotonic()
    site.journal.wait_for(name, "closed")
    made = [entry.what for entry in site.journal.entries(name) if entry.at > left]
    assert made in (["2", "closed"], ["2", "3", "closed"])


@pytest.mark.parametrize("query", ["", "?events"])
def test_an_exception_in_a_stream_cuts_the_connection(
    site: Running, source: str, query: str
) -> None:
    printed = site.server.output.stat().st_size
    with site.get(f"/api/breaks/{source}{query}") as wire:
        answer = wire.read_to_end()
    assert b"first;" in answer
    assert b"transfer-encoding: chunked" in answer.lower()
    assert not answer.endswith(END_OF_CHUNKS)
    assert "RuntimeError: in the middle of a stream" in site.server.printed(since=printed)
    assert site.ask("GET", "/api/hello").status == 200


def opened(site: Running, target: str) -> Wire:
    """Return a connection with an open stream; where there are too many, wait for a place."""
    for _ in range(250):
        wire = site.get(target)
        if wire.status == 200:
            wire.read_until(b'{"number":0}')
            return wire
        assert wire.status == 503
        wire.leave()
        time.sleep(0.02)
    raise AssertionError("No place for another stream came free.")


def settled(site: Running, source: str, name: str) -> Held:
    """Have every thread of the server started; return what it holds when nothing goes on."""
    wires = [site.get(f"/api/ticks/{source}?name={name}&every=0.05") for _ in range(2 * THREADS)]
    accepted = [wire.status for wire in wires].count(200)
    for wire in wires:
        wire.leave()
    wait_for_closed(site, name, accepted)
    return site.held()


def wait_for_closed(site: Running, name: str, count: int) -> None:
    """Return when so many streams have been closed, and their threads are back."""
    closed = soon(lambda: site.journal.said(name).count("closed"), lambda closed: closed == count)
    assert closed == count
    time.sleep(0.2)


def test_100_abandoned_streams_leave_no_thread_held(site: Running, source: str, name: str) -> None:
    before = settled(site, source, f"{name}-before")
    target = f"/api/ticks/{source}?name={name}&every=0.05"
    for _ in range(25):
        wires = [opened(site, target) for _ in range(4)]
        for wire in wires:
            wire.leave()
    wait_for_closed(site, name, 100)
    assert not site.held_soon(at_most=before).exceeds(before)
    # As many at once as there may be, and beside them there is room for other requests.
    with opened(site, target), opened(site, target), opened(site, target), opened(site, target):
        assert site.ask("GET", "/api/hello").status == 200
    wait_for_closed(site, name, 104)
