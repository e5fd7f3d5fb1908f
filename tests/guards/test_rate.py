"""What Config(rate=...) takes, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from rest_framework.throttling import AnonRateThrottle, UserRateThrottle

from fileapi import Config, Rate


def by_tenant(req: Any) -> str:
    return str(req.headers["X-Tenant"])


USES: dict[str, Callable[[Any], Any]] = {
    "of": Rate.of,
    "limit": Rate,
    "per": lambda throttle: Rate("5/min", per=throttle),
    "config": lambda throttle: Config(rate=throttle),
    "list": lambda throttle: Config(rate=["100/min", throttle]),
}


async def by_tenant_async(req: Any) -> str:
    return by_tenant(req)


class ByTenant:
    async def __call__(self, req: Any) -> str:
        return by_tenant(req)


@pytest.mark.parametrize(
    ("limit", "count", "window"),
    [
        ("100/min", 100, 60),
        ("5/15min", 5, 900),
        ("1000/day", 1000, 86_400),
        ("1/s", 1, 1),
        ("1/sec", 1, 1),
        ("1/second", 1, 1),
        ("1/30seconds", 1, 30),
        ("1/minute", 1, 60),
        ("1/2minutes", 1, 120),
        ("1/h", 1, 3600),
        ("1/hour", 1, 3600),
        ("1/12hours", 1, 43_200),
        ("1/d", 1, 86_400),
        ("1/7days", 1, 604_800),
        ("999999999/min", 999_999_999, 60),
    ],
)
def test_a_rate_is_a_count_and_a_window(limit: str, count: int, window: int) -> None:
    rate = Rate(limit)
    assert (rate.count, rate.window) == (count, window)


@pytest.mark.parametrize(
    "limit",
    [
        "",
        "100",
        "/min",
        "100/",
        "0/min",
        "100/0min",
        "-1/min",
        "1.5/min",
        "100/1.5min",
        "100 / min",
        "100/min\n",
        "100/minn",
        "100/m",
        "100/MIN",
        "100/week",
        "100/month",
        "100/15",
        "100 per minute",
        "1e3/min",
        "1_000/min",
        "\u0661\u0660\u0660/min",
        "1000000000/min",
    ],
)
def test_what_is_no_rate_is_refused_with_an_example(limit: str) -> None:
    with pytest.raises(ValueError, match="such as '100/min' or '5/15min'") as caught:
        Rate(limit)
    assert repr(limit) in str(caught.value)


@pytest.mark.parametrize("value", [100, None, b"100/min", ["100/min"], ("100", "min"), Rate])
def test_what_is_no_text_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="is no text such as '100/min'"):
        Rate.of(value)


def test_of_takes_a_text_or_a_rate() -> None:
    rate = Rate("5/min", "user", "closed")
    assert Rate.of(rate) is rate
    assert Rate.of("5/min") == Rate("5/min", per="address", when_down="open")


@pytest.mark.parametrize("per", ["ip", "", "Address", None, 1, ["address"]])
def test_a_rate_counts_by_address_user_or_function(per: Any) -> None:
    with pytest.raises(ValueError, match=r"is nothing to count by: use one of \('address', 'user'"):
        Rate("5/min", per=per)


@pytest.mark.parametrize("per", [by_tenant_async, ByTenant()])
def test_an_async_function_is_refused(per: Any) -> None:
    with pytest.raises(ValueError, match="is async: write it with 'def'"):
        Rate("5/min", per=per)


@pytest.mark.parametrize("when_down", ["", "half", None, True])
def test_a_rate_is_open_or_closed_when_the_store_is_down(when_down: Any) -> None:
    with pytest.raises(ValueError, match=r"is not one of \('open', 'closed'\)"):
        Rate("5/min", when_down=when_down)


@pytest.mark.parametrize("throttle", [UserRateThrottle, AnonRateThrottle, AnonRateThrottle()])
@pytest.mark.parametrize("where", USES)
def test_a_throttle_of_drf_is_refused_with_the_way_out(throttle: Any, where: str) -> None:
    with pytest.raises(ValueError, match=r"is a DRF throttle.*write Config\(rate='100/min'\)"):
        USES[where](throttle)


def test_a_rate_is_named_after_what_it_counts_by() -> None:
    assert Rate("5/min").name == "address"
    assert Rate("5/min", per="user").name == "user"
    assert Rate("5/min", per=by_tenant).name == "by_tenant"
    assert Rate("5/min", per=lambda req: None).name == "_lambda_"
    assert Rate("5/min", per=partial(by_tenant)).name == "partial"


def test_a_name_cannot_break_out_of_its_header() -> None:
    def odd(req: Any) -> str:
        return ""

    odd.__name__ = 'größe";q=9\r\nX: 1'
    assert Rate("5/min", per=odd).name == "gr__e__q_9__X__1"


def test_a_rate_does_not_change() -> None:
    rate = Rate("5/min")
    with pytest.raises(AttributeError):
        rate.limit = "6/min"  # type: ignore[misc]
    assert hash(rate) == hash(Rate("5/min"))
