"""The start and the end of a request do what Django's own receivers do."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches, close_caches
from django.core.cache.backends.locmem import LocMemCache
from django.core.handlers.base import reset_urlconf
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, reset_queries
from django.dispatch import Signal
from django.urls import get_urlconf, set_urlconf

from fileapi import signals
from fileapi.wsgi import Handler


@pytest.fixture(autouse=True)
def _as_a_thread_starts() -> Iterator[None]:
    """A thread of a server has no URLconf before its first request."""
    before = get_urlconf()
    set_urlconf(None)
    yield
    set_urlconf(before)


@pytest.fixture
def django_alone() -> Iterator[None]:
    """Connect all of Django's own receivers, as in a server."""
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)


def live(signal: Signal) -> set[Any]:
    return set(signal._live_receivers(None)[0])  # type: ignore[attr-defined]


@pytest.mark.usefixtures("django_alone")
def test_these_are_all_receivers_that_django_has() -> None:
    """A Django with others fails here: what they do must be done in fileapi/signals.py."""
    gc.collect()
    assert live(request_started) == {reset_queries, close_old_connections}
    assert live(request_finished) == {close_old_connections, close_caches, reset_urlconf}


@pytest.mark.django_db
@pytest.mark.usefixtures("django_alone")
@pytest.mark.parametrize("sent", ["by fileapi", "by Django"])
def test_django_does_the_same_at_the_start_and_the_end(
    monkeypatch: pytest.MonkeyPatch, settings: Any, sent: str
) -> None:
    calls: list[str] = []
    connection.ensure_connection()
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: calls.append("check"))
    connection.queries_log.append({"sql": "x"})
    set_urlconf("tests.of.another")
    if sent == "by fileapi":
        signals.started.send(Handler, environ={})
        assert len(connection.queries_log) == 0
        signals.finished.send(Handler)
    else:
        request_started.send(Handler, environ={})
        assert len(connection.queries_log) == 0
        request_finished.send(Handler)
    assert calls == ["check", "check"]
    assert get_urlconf() is None


@pytest.mark.usefixtures("django_alone")
def test_a_receiver_besides_is_called_with_djangos_own(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Any] = []

    def receiver(sender: Any, **named: Any) -> None:
        heard.append((sender, sorted(named)))

    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: heard.append("check"))
    connection.connection = connection.connection  # it is there, open or not
    for signal in (request_started, request_finished):
        signals.started.send(Handler, environ={})
        heard.clear()
        signal.connect(receiver)
        try:
            mine = signals.started if signal is request_started else signals.finished
            mine.send(Handler, **({"environ": {}} if signal is request_started else {}))
        finally:
            signal.disconnect(receiver)
        extra = ["environ", "signal"] if signal is request_started else ["signal"]
        assert heard == ["check", (Handler, extra)]


def test_a_receiver_that_was_disconnected_is_not_made_up_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[str] = []
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: calls.append("check"))
    signals.started.send(Handler, environ={})  # the fixture of all tests has disconnected it
    signals.finished.send(Handler)
    assert calls == []


def test_a_signal_that_nobody_hears_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    silent = signals.RequestSignal(Signal(), {close_old_connections}, lambda: done.append("x"))
    silent.send(Handler)
    assert done == []


class Closing(LocMemCache):
    closed = 0

    def close(self, **kwargs: Any) -> None:
        Closing.closed += 1


@pytest.mark.usefixtures("django_alone")
def test_a_cache_that_has_something_to_close_is_closed(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.Closing"}}
    caches["default"].get("x")
    before = Closing.closed
    signals.finished.send(Handler)
    assert Closing.closed == before + 1


def test_a_cache_that_cannot_be_found_is_left_to_django() -> None:
    assert signals._closes("no.such.Cache")
    assert signals._closes("django.core.cache.backends.memcached.PyMemcacheCache")
    assert not signals._closes("django.core.cache.backends.locmem.LocMemCache")
