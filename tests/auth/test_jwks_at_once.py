"""Keys of another issuer that many threads want at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fileapi.auth import fetch, jwks, verify

from .conftest import Clock
from .issuer import jwk, token


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the test say when a fetch ends."""
    monkeypatch.setattr(fetch, "DEADLINE", 20)
    monkeypatch.setattr(jwks, "PATIENCE", 20)


@pytest.mark.usefixtures("patient")
def test_of_many_threads_without_keys_one_fetches_and_all_are_served(issuer: Any) -> None:
    release = threading.Event()
    publish = issuer.answer

    def slowly(request: Any) -> None:
        release.wait(20)
        publish(request)

    issuer.answer = slowly
    made = token("first")
    with ThreadPoolExecutor(20) as pool:
        waiting = [pool.submit(verify, made) for _ in range(20)]
        release.set()
        assert {each.result(5)["sub"] for each in waiting} == {"1"}
    assert issuer.asked == 1


@pytest.mark.usefixtures("patient")
def test_a_thread_without_keys_does_not_wait_for_ever(
    issuer: Any, outcome: Any, monkeypatch: Any
) -> None:
    asked, release = threading.Event(), threading.Event()
    publish = issuer.answer

    def slowly(request: Any) -> None:
        asked.set()
        release.wait(20)
        publish(request)

    issuer.answer = slowly
    monkeypatch.setattr(jwks, "PATIENCE", 0.05)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(verify, token("first"))
        assert asked.wait(5)
        assert outcome(token("first")) == 1
        release.set()
        assert first.result(5)["sub"] == "1"


@pytest.mark.usefixtures("patient")
def test_of_many_threads_one_renews_and_the_others_go_on(
    issuer: Any, clock: Clock, outcome: Any
) -> None:
    """While one waits for a slow issuer: known keys are used, unknown ones are not decided."""
    assert outcome(token("first")) == ""
    asked, release = threading.Event(), threading.Event()
    publish = issuer.publish(jwk("first"), jwk("second", "rsa3072"))

    def slowly(request: Any) -> None:
        asked.set()
        release.wait(20)
        publish(request)

    issuer.answer = slowly
    clock.now += 301
    with ThreadPoolExecutor(1) as pool:
        renewing = pool.submit(verify, token("first"))
        assert asked.wait(5)
        assert outcome(token("first")) == ""
        assert outcome(token("second", "rsa3072")) == 1
        assert not renewing.done()
        release.set()
        assert renewing.result(5)["sub"] == "1"
    assert outcome(token("second", "rsa3072")) == ""
    assert issuer.asked == 2


@pytest.mark.usefixtures("impatient", "clock")
def test_an_issuer_that_hangs_holds_one_thread_at_a_time(issuer: Any, outcome: Any) -> None:
    issuer.hang()
    assert outcome(token("first")) == 5
    assert [outcome(token("first")) for _ in range(20)] == [5] * 20
    assert issuer.asked == 1


def test_f21_a_fetch_that_fails_in_another_way_is_no_answer(
    issuer: Any, outcome: Any, monkeypatch: Any
) -> None:
    def fails(self: Any) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", fails)
    assert outcome(token("first")) == 5
