"""Who is limited, and what a limited client is told."""

from __future__ import annotations

import itertools
import json
import re
from ipaddress import IPv6Address
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from fileapi import Rate
from fileapi.guards import windows
from fileapi.guards.limits import _key, _network

from .limited import Clock, Route

_stores = itertools.count()

ODD = ["", ":", "a:b", "a b", "a\nb", "a/b", "\x00", "é", "\ud800", "é" * 10_000, "x" * 10_240]


@pytest.fixture(autouse=True)
def store(settings: Any) -> None:
    """Count in a memory of the test's own."""
    settings.FILEAPI_RATE_STORE = f"memory://{next(_stores)}"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(windows, "monotonic", clock)
    return clock


def user(pk: Any, is_authenticated: bool = True) -> Any:
    return SimpleNamespace(pk=pk, is_authenticated=is_authenticated)


def test_so_many_requests_pass_and_no_more() -> None:
    assert Route("3/min").statuses(5) == [200, 200, 200, 429, 429]


def test_addresses_files_and_limits_are_counted_apart() -> None:
    assert Route("1/min").statuses(2) == [200, 429]
    assert Route("1/min").statuses(1, ip="192.0.2.2") == [200]
    assert Route("1/min", scope="api/other.py").statuses(1) == [200]
    assert Route("2/min").statuses(3) == [200, 200, 429]
    assert Route("1/min").statuses(1) == [429]


def test_a_refused_request_does_not_count(clock: Clock) -> None:
    route = Route("1/min")
    assert route.statuses(1) == [200]
    for _ in range(6):
        clock.now += 10
        assert route.statuses(1) == [429]
    clock.now += 0.001
    assert route.statuses(1) == [200]


def test_d14_the_addresses_of_one_64_share_a_count() -> None:
    first = int(IPv6Address("2001:db8:1:2::"))
    # Spread over all 64 bits: the last are ffff:ffff:ffff:ffff.
    spread = [str(IPv6Address(first + number * 0x1_0001_0001_0001)) for number in range(65_536)]
    assert len({_network(ip) for ip in spread}) == 1
    route = Route("3/min")
    passed = [route.call(ip=ip).status_code for ip in spread[::256]].count(200)
    assert passed == 3
    assert route.statuses(1, ip=spread[-1]) == [429]
    assert route.statuses(1, ip="2001:db8:1:3::") == [200]


def test_d14_an_ipv4_address_is_one_client_however_it_is_written() -> None:
    route = Route("1/min")
    assert route.statuses(1, ip="192.0.2.1") == [200]
    assert route.statuses(1, ip="::ffff:192.0.2.1") == [429]
    assert route.statuses(1, ip="::ffff:c000:201") == [429]
    assert route.statuses(1, ip="192.0.2.2") == [200]
    assert route.statuses(1, ip="::ffff:192.0.2.3") == [200]


def test_d14_an_ipv6_address_is_one_client_however_it_is_written() -> None:
    route = Route("1/min")
    assert route.statuses(1, ip="2001:db8::1") == [200]
    for same in ("2001:DB8::1", "2001:0db8:0:0::1", "2001:db8:0:0:9::", "[2001:db8::1]:80"):
        assert route.statuses(1, ip=same) == [429]


@pytest.mark.parametrize("ip", ["", "unix:", "fe80::1%eth0", "a:b:c"])
def test_clients_without_a_usable_address_share_a_count(ip: str) -> None:
    assert Route("1/min").statuses(2, ip=ip) == [200, 429]


def test_headers_make_no_other_client() -> None:
    route = Route("1/min")
    assert route.statuses(1) == [200]
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Client-IP", "CF-Connecting-IP"):
        assert route.call(**{name: "198.51.100.7"}).status_code == 429


def test_a_user_has_one_count_wherever_they_are() -> None:
    route = Route(Rate("1/min", per="user"))
    assert route.statuses(1, user=user(1)) == [200]
    assert route.statuses(1, user=user(1), ip="192.0.2.2") == [429]
    assert route.statuses(1, user=user(2)) == [200]


@pytest.mark.parametrize(
    "stranger", [None, AnonymousUser(), user(1, is_authenticated=False), user(None)]
)
def test_who_has_not_signed_in_is_counted_by_address(stranger: Any) -> None:
    route = Route(Rate("1/min", per="user"))
    assert route.statuses(1, user=user("192.0.2.1")) == [200]  # a key that looks like an address
    assert route.statuses(1, user=stranger) == [200]
    assert route.statuses(1, user=stranger) == [429]
    assert route.statuses(1, user=stranger, ip="192.0.2.2") == [200]


def by_tenant(req: Any) -> str | int | None:
    return req.headers.get("X-Tenant") or None


def test_a_function_says_who_is_counted_and_none_is_not() -> None:
    route = Route(Rate("1/min", per=by_tenant))
    assert route.statuses(2, **{"X-Tenant": "a"}) == [200, 429]
    assert route.statuses(1, **{"X-Tenant": "b"}) == [200]
    assert route.statuses(3) == [200, 200, 200]
    assert route.call().get_header("RateLimit-Policy") is None


@pytest.mark.parametrize("who", [True, 1.5, b"a", ("a",), object()])
def test_a_function_that_returns_anything_else_is_a_bug(who: Any) -> None:
    with pytest.raises(TypeError, match="return a text or a number, or None for no limit"):
        Route(Rate("1/min", per=lambda req: who)).call()


def test_h05_whatever_is_in_a_key_it_is_one_clients() -> None:
    said: list[str] = []
    route = Route(Rate("1/min", per=lambda req: said[-1]))
    for who in ODD:
        said.append(who)
        assert route.statuses(2) == [200, 429]


def test_h05_parts_of_a_key_do_not_run_into_each_other() -> None:
    parts = ["", "a", "b", "ab", ":", "a:", "\x00", "\x00" * 8, "1"]
    keys = {_key(*some) for length in range(4) for some in itertools.product(parts, repeat=length)}
    assert len(keys) == sum(len(parts) ** length for length in range(4))
    assert all(re.fullmatch("[0-9a-f]{32}", key) for key in keys)


def test_h07_every_answer_tells_the_policy_and_where_the_client_stands(clock: Clock) -> None:
    route = Route("3/2min")
    told = []
    for _ in range(4):
        res = route.call()
        assert res.get_header("RateLimit-Policy") == '"address";q=3;w=120'
        told.append(res.get_header("RateLimit"))
        clock.now += 10
    assert told == [
        '"address";r=2;t=120',
        '"address";r=1;t=110',
        '"address";r=0;t=100',
        '"address";r=0;t=90',
    ]


def test_h07_a_refusal_says_when_and_is_not_stored(clock: Clock) -> None:
    route = Route("1/min")
    route.call()
    clock.now += 12.3
    res = route.call()
    assert res.status_code == 429
    assert res.get_header("Content-Type") == "application/problem+json"
    assert res.get_header("Cache-Control") == "no-store"
    assert res.get_header("Retry-After") == "48"
    assert json.loads(res._body or b"") == {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": 429,
        "detail": "Too many requests. Try again in 48 s.",
    }


@pytest.mark.parametrize("after", [0.0, 0.5, 1.0, 29.999, 30.0, 59.0, 59.999, 60.0])
def test_h07_who_waits_as_told_gets_in(clock: Clock, after: float) -> None:
    route = Route("1/min")
    route.call()
    clock.now += after
    wait = int(route.call().get_header("Retry-After") or "")
    assert wait >= 1
    clock.now += wait
    assert route.statuses(1) == [200]


def test_several_limits_are_all_told_and_hold_at_once(clock: Clock) -> None:
    route = Route("5/day", "2/min", Rate("4/hour", per="user"))
    res = route.call()
    policies = '"address";q=2;w=60, "user";q=4;w=3600, "address-2";q=5;w=86400'
    assert res.get_header("RateLimit-Policy") == policies
    states = '"address";r=1;t=60, "user";r=3;t=3600, "address-2";r=4;t=86400'
    assert res.get_header("RateLimit") == states
    assert route.statuses(2) == [200, 429]
    clock.now += 61
    assert route.statuses(3) == [200, 200, 429]
    clock.now += 61
    assert route.call().get_header("Retry-After") == str(3600 - 122 + 1)


def test_what_a_short_window_refuses_is_not_taken_from_a_long_one(clock: Clock) -> None:
    route = Route("10/day", "1/s")
    assert route.statuses(50) == [200, *[429] * 49]
    clock.now += 1.001
    assert route.call().get_header("RateLimit") == '"address";r=0;t=1, "address-2";r=8;t=86399'


def test_with_two_limits_used_up_the_longer_wait_counts(clock: Clock) -> None:
    route = Route("1/min", "1/hour")
    route.call()
    res = route.call()
    assert res.get_header("RateLimit") == '"address";r=0;t=60, "address-2";r=0;t=3600'
    wait = int(res.get_header("Retry-After") or "")
    clock.now += wait
    assert route.statuses(1) == [200]


def test_equal_limits_are_told_apart() -> None:
    assert Route("3/min", "3/min").statuses(4) == [200, 200, 200, 429]
    first = lambda req: "a"  # noqa: E731
    second = lambda req: "a"  # noqa: E731
    route = Route(Rate("3/min", per=first), Rate("3/min", per=second))
    assert route.statuses(4) == [200, 200, 200, 429]
