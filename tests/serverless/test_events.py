"""What an event says of its request, and events as nobody's client sends them."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from .events import (
    SERVICES,
    Call,
    answer_of,
    function_url,
    http_api,
    http_api_v1,
    json_of,
    load_balancer,
    load_balancer_multi,
    rest_api,
)
from .runtime import Function

EXECUTE_API = "abc123.execute-api.eu-west-1.amazonaws.com"
REQUEST = Call("GET", "/api/lone/request")
ECHO = Call("POST", "/api/echo", headers=(("Content-Type", "application/octet-stream"),))


def seen(function: Function, event: Any) -> Any:
    """Return what a handler sees of an event."""
    return json_of(function.invoke(event))


def test_i23_the_stage_of_an_http_api_is_no_part_of_the_path(function: Function) -> None:
    got = seen(function, http_api(REQUEST, stage="dev"))
    assert (got["path"], got["script"]) == ("/api/lone/request", "")
    v1 = {**rest_api(REQUEST, stage="dev"), "version": "1.0", "path": "/dev/api/lone/request"}
    assert seen(function, v1)["path"] == "/api/lone/request"


def test_i23_a_path_that_begins_like_the_stage_is_kept(function: Function) -> None:
    event = http_api(REQUEST, stage="api")
    assert seen(function, event)["path"] == "/api/lone/request"
    event["rawPath"] = "/api/lone/request"  # the stage, and a path without the mount
    assert answer_of(function.invoke(event)).status == 404
    event["rawPath"] = "/apian/lone/request"
    assert answer_of(function.invoke(event)).status == 404
    # A REST API never writes the stage there.
    assert seen(function, rest_api(REQUEST, stage="api"))["path"] == "/api/lone/request"


def test_i23_the_bare_stage_is_the_root(function: Function) -> None:
    event = http_api(Call("GET", ""), stage="dev")
    assert event["rawPath"] == "/dev"
    assert answer_of(function.invoke(event)).status == 404  # the site's, not a failure


@pytest.mark.parametrize("service", [rest_api, http_api], ids=["REST API", "HTTP API"])
def test_i23_links_on_the_domain_of_aws_have_the_stage(function: Function, service: Any) -> None:
    got = seen(function, service(REQUEST, stage="dev", domain=EXECUTE_API))
    assert (got["script"], got["path_info"]) == ("/dev", "/api/lone/request")
    assert got["root"] == "https://127.0.0.1/dev/api/lone/request"
    of_own = seen(function, service(REQUEST, stage="dev", domain="api.example.com"))
    assert of_own["root"] == "https://127.0.0.1/api/lone/request"


def test_i23_an_http_api_has_decoded_the_path_already(function: Function) -> None:
    call = Call("GET", "/api/echo/path/%252F%2541")
    for service in (http_api, http_api_v1):
        assert seen(function, service(call))["path"] == ["%2F%41"]
    for other in (rest_api, function_url, load_balancer):
        assert seen(function, other(call))["path"] == ["%2F%41"]


def test_i23_the_address_is_the_one_that_aws_tells(function: Function) -> None:
    forged = REQUEST._replace(headers=(("X-Forwarded-For", "203.0.113.9"),))
    event = rest_api(forged)
    assert event["multiValueHeaders"]["X-Forwarded-For"] == ["203.0.113.9", "127.0.0.1"]
    event["requestContext"]["identity"]["sourceIp"] = "198.51.100.7"
    assert seen(function, event)["ip"] == "198.51.100.7"
    event = http_api(forged)
    event["requestContext"]["http"]["sourceIp"] = "2001:db8::1"
    assert seen(function, event)["ip"] == "2001:db8::1"
    assert seen(function, load_balancer_multi(forged))["ip"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("sent", "peer"),
    [
        ("203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("203.0.113.9, 198.51.100.7:5000", "198.51.100.7"),
        ("2001:db8::1", "2001:db8::1"),
        ("", ""),
    ],
)
def test_i23_behind_a_load_balancer_the_address_is_the_one_it_appends(
    function: Function, sent: str, peer: str
) -> None:
    event = load_balancer(REQUEST)
    event["headers"]["x-forwarded-for"] = sent
    got = seen(function, event)
    assert (got["peer"], got["ip"]) == (peer, peer)


def test_i23_a_header_with_an_underscore_is_no_other_header(function: Function) -> None:
    forged = (("X_Forwarded_For", "203.0.113.9"), ("x_request_id", "forged"), ("Bad Name", "1"))
    for service in SERVICES.values():
        got = seen(function, service(REQUEST._replace(headers=forged)))
        assert got["headers"]["HTTP_X_FORWARDED_FOR"] == "127.0.0.1"
        assert "forged" not in got["headers"].values()
        assert "HTTP_BAD NAME" not in got["headers"]


def test_i23_gateways_speak_tls_and_a_load_balancer_says_whether(function: Function) -> None:
    event = rest_api(REQUEST)
    del event["multiValueHeaders"]["X-Forwarded-Proto"]
    assert seen(function, event)["secure"] is True
    plain = load_balancer(REQUEST)
    plain["headers"]["x-forwarded-proto"] = "http"
    answer = answer_of(function.invoke(plain))
    assert (answer.status, answer.headers["location"]) == (
        301,
        "https://127.0.0.1/api/lone/request",
    )


def test_i23_a_request_has_the_id_that_aws_gives_it(function: Function) -> None:
    event = http_api(REQUEST)
    answer = answer_of(function.invoke(event))
    assert answer.headers["x-request-id"].startswith("aws-")
    event["headers"]["x-request-id"] = "of-the-client"
    assert answer_of(function.invoke(event)).headers["x-request-id"] == "of-the-client"
    del event["headers"]["x-request-id"]
    event["headers"]["traceparent"] = f"00-{'a' * 32}-{'b' * 16}-01"
    assert answer_of(function.invoke(event)).headers["x-request-id"] == "a" * 32


def test_i23_cookies_in_several_lines_are_one_header(function: Function) -> None:
    event = load_balancer_multi(Call("GET", "/api/echo"))
    event["multiValueHeaders"]["cookie"] = ["a=1", "b=2; c=3"]
    assert seen(function, event)["cookies"] == {"a": "1", "b": "2", "c": "3"}
    url = function_url(Call("GET", "/api/lone/request"))
    assert "HTTP_COOKIE" not in seen(function, url)["headers"]


@pytest.mark.parametrize("service", SERVICES)
def test_i23_a_body_that_is_not_what_its_flag_says_is_400(service: str, function: Function) -> None:
    event = SERVICES[service](ECHO)
    for body in ("not base64!", "YQ", "Zoë"):
        event |= {"body": body, "isBase64Encoded": True}
        answer = answer_of(function.invoke(event))
        assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
    event |= {"body": b64encode(b"\x00\xff").decode(), "isBase64Encoded": True}
    assert seen(function, event)["body"] == [0, 255]
    event["isBase64Encoded"] = False  # then it is this text
    assert bytes(seen(function, event)["body"]) == b"AP8="
    event["body"] = "\ud800"
    assert answer_of(function.invoke(event)).status == 400


@pytest.mark.parametrize(
    "event",
    [
        {"path": "/api/lone/request", "httpMethod": "GET", "headers": {"Host": "127.0.0.1"}},
        {
            "path": "/api/lone/request",
            "httpMethod": "GET",
            "headers": {"Host": "127.0.0.1"},
            "multiValueHeaders": None,
            "multiValueQueryStringParameters": None,
            "queryStringParameters": None,
            "requestContext": None,
            "body": None,
        },
        {"rawPath": "/api/lone/request", "headers": {"host": "127.0.0.1"}},
        {
            "version": "2.0",
            "rawPath": "/api/lone/request",
            "headers": {"host": "127.0.0.1"},
            "cookies": None,
            "rawQueryString": None,
            "requestContext": {},
        },
    ],
    ids=["v1", "v1 of the console", "v2", "v2 with nothing in it"],
)
def test_i23_an_event_without_a_request_context_is_served(event: Any, function: Function) -> None:
    got = seen(function, event)
    assert (got["path"], got["ip"], got["secure"]) == ("/api/lone/request", "", True)


@pytest.mark.parametrize(
    "event",
    [{}, {"key1": "value1"}, [], None, "text", {"version": "3.0", "path": "/"}, {"version": "2.0"}],
    ids=repr,
)
def test_i23_an_event_that_is_no_request_fails_and_says_why(event: Any, function: Function) -> None:
    outcome = function.invoke(event)
    assert (outcome.kind, outcome.value["errorType"]) == ("error", "ValueError")
    assert "is no HTTP request" in outcome.value["errorMessage"]
    assert answer_of(function.invoke(http_api(REQUEST))).status == 200


def test_i23_characters_that_are_no_latin_1_break_nothing(function: Function) -> None:
    event = http_api(REQUEST)
    event["headers"]["x-name"] = "Zoë 東京 \ud800"
    event["rawQueryString"] = "a=東京"
    assert seen(function, event)["headers"]["HTTP_X_NAME"].encode("latin-1").decode() == (
        "Zoë 東京 ?"
    )
    event["rawPath"] = "/api/echo/path/東京"
    assert seen(function, event)["path"] == ["東京"]
