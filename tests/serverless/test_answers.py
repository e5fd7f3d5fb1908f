"""Answers that a server would send piece by piece, and what is too much for Lambda."""

from __future__ import annotations

from base64 import b64decode

import pytest

from .events import SERVICES, Call, answer_of, http_api, json_of, load_balancer, rest_api
from .runtime import Function

# What Lambda and load balancers take, in bytes of JSON.
LIMIT = 6_291_556
LIMIT_OF_LOAD_BALANCERS = 1_048_576


def large(size: int, of: str = "x") -> Call:
    return Call("GET", "/api/lone/large", f"size={size}&of={of}")


def test_i23_only_what_is_no_text_is_base64(function: Function) -> None:
    shown = {}
    for name in ("text", "ascii_bytes", "events", "bytes", "latin", "zipped"):
        outcome = function.invoke(rest_api(Call("GET", f"/api/answers/{name}")))
        shown[name] = outcome.value["isBase64Encoded"]
        if shown[name]:
            b64decode(outcome.value["body"], validate=True)
    assert shown == {
        "text": False,
        "ascii_bytes": False,
        "events": False,
        "bytes": True,
        "latin": True,
        "zipped": True,
    }


@pytest.mark.parametrize("service", SERVICES)
def test_i23_an_answer_that_just_fits_is_sent_and_a_larger_one_is_500(
    service: str, function: Function
) -> None:
    limit = LIMIT_OF_LOAD_BALANCERS if "balancer" in service else LIMIT
    fits = function.invoke(SERVICES[service](large(limit - 1_100)))
    assert (len(answer_of(fits).body), fits.size <= limit) == (limit - 1_100, True)
    for size in (limit, limit + 1, 3 * limit):
        too_large = function.invoke(SERVICES[service](large(size)))
        answer = answer_of(too_large)
        assert (answer.status, answer.headers["content-type"]) == (500, "application/problem+json")
        assert answer.headers["content-length"] == str(len(answer.body))
    assert "is too large for AWS Lambda" in function.printed()


def test_i23_what_counts_is_the_answer_as_json(function: Function) -> None:
    for of, size in (("%00", 1_100_000), ("%F0%9F%98%80", 600_000)):
        outcome = function.invoke(http_api(large(size, of)))
        assert outcome.size <= LIMIT
        assert answer_of(outcome).status == 500
        assert answer_of(function.invoke(http_api(large(size // 2, of)))).status == 200


def test_i23_a_head_of_a_large_answer_is_small(function: Function) -> None:
    call = large(5_000_000)._replace(method="HEAD")
    answer = answer_of(function.invoke(http_api(call)))
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-length"] == "5000000"


def test_i23_a_stream_without_an_end_is_closed_and_500(function: Function) -> None:
    closed = len(json_of(function.invoke(http_api(Call("POST", "/api/lone/endless")))))
    outcome = function.invoke(http_api(Call("GET", "/api/lone/endless")))
    assert answer_of(outcome).status == 500
    after = json_of(function.invoke(http_api(Call("POST", "/api/lone/endless"))))
    assert len(after) == closed + 1


def test_i23_a_stream_that_breaks_is_500_and_logged(function: Function) -> None:
    answer = answer_of(function.invoke(http_api(Call("GET", "/api/lone/breaks"))))
    assert (answer.status, b"first" in answer.body) == (500, False)
    assert "RuntimeError: in the middle" in function.printed()


def test_i23_several_cookies_fit_into_single_headers(function: Function) -> None:
    outcome = function.invoke(load_balancer(Call("GET", "/api/answers/cookies")))
    names = [name for name in outcome.value["headers"] if name.lower() == "set-cookie"]
    assert len(set(names)) == 13
    assert "multiValueHeaders" not in outcome.value
