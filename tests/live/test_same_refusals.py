"""runserver, gunicorn and uvicorn refuse the same input in the same words."""

from __future__ import annotations

import http.client
from contextlib import closing, suppress
from typing import Any

import pytest

from .client import JSON
from .same import same_answer
from .servers import Server

Trio = dict[str, Server]

PROBLEM = "application/problem+json"
PASSWORD = "a long sentence"


UNKNOWN = [
    "/api",
    "/api/",
    "/api/nothing",
    "/api/nothing/",
    "/api/Hello",
    "/api/hello/more",
    "/api/hello.py",
    "/api/_accounts",
    "/api/users/index",
    "/api/users/abc",
    "/api/users/-1",
    "/api/users/+1",
    "/api/users/1.0",
    "/api/users/%D9%A1",
    "/api/users/[id=int]",
    "/api//hello",
    "/api/hello//",
    "/api/users//1",
    "/api/./hello",
    "/api/hello/.",
    "/api/../api/hello",
    "/api/users/../hello",
    "/api/%2e%2e/hello",
    "/api/guide/..%2f..%2fproject%2fsettings.py",
    "/api/%2Fhello",
    "/api/hello%00",
    "/api/guide/%00",
    "/api/guide/%0a",
    "/api/guide/%ff",
    "/api/guide/%c3",
    "/api/guide/%ed%a0%80",
    "/api/guide/%2500%ff",
    "/api/hello;x=1",
]


@pytest.mark.parametrize("target", UNKNOWN)
def test_an_unknown_url_is_404_problem_json(trio: Trio, target: str) -> None:
    answer = same_answer(trio, "GET", target)
    assert (answer.status, answer.content_type) == (404, PROBLEM)
    assert answer.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "No route answers this URL.",
    }


def test_a_post_to_an_unknown_url_is_404_and_no_redirect(trio: Trio) -> None:
    answer = same_answer(trio, "POST", "/api/nothing", '{"a": 1}', JSON)
    assert (answer.status, answer.content_type) == (404, PROBLEM)


LARGE = b'{"feedback": "' + 2 * 1024 * 1024 * b"x" + b'"}'

REFUSED: dict[str, tuple[Any, ...]] = {
    "wrong method": ("DELETE", "/api/users", None, {}, 405),
    "wrong method with a slash": ("DELETE", "/api/users/", None, {}, 405),
    "wrong method with a body": ("PUT", "/api/register", "{}", JSON, 405),
    "method outside the seven": ("TRACE", "/api/hello", None, {}, 405),
    "truncated JSON": ("POST", "/api/users", '{"name": ', JSON, 400),
    "no JSON at all": ("POST", "/api/users", "name=Andrea", JSON, 400),
    "NaN": ("POST", "/api/users", '{"name": NaN}', JSON, 400),
    "not UTF-8": ("POST", "/api/users", b'{"name": "\xff"}', JSON, 400),
    "deep JSON": ("POST", "/api/users", 100_000 * "[", JSON, 400),
    "an array": ("POST", "/api/users", '["name"]', JSON, 400),
    "missing field": ("POST", "/api/register", '{"email": "a@example.com"}', JSON, 400),
    "no body": ("POST", "/api/feedback", None, {}, 400),
    "broken form": ("POST", "/api/users", "--x", {"Content-Type": "multipart/form-data"}, 400),
    "2 MB": ("POST", "/api/feedback", LARGE, JSON, 413),
    "another charset": (
        "POST",
        "/api/users",
        "{}",
        {"Content-Type": "application/json; charset=latin-1"},
        415,
    ),
    "field of another type": ("POST", "/api/users", '{"name": 1}', JSON, 422),
    "not logged in": ("GET", "/api/admin/stats", None, {}, 401),
    "another origin": (
        "POST",
        "/api/feedback",
        '{"feedback": "x"}',
        {**JSON, "Cookie": "a=b", "Origin": "https://evil.example"},
        403,
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_bad_input_is_refused_alike(trio: Trio, what: str) -> None:
    method, target, body, headers, status = REFUSED[what]
    answer = same_answer(trio, method, target, body, headers)
    problem = answer.json()
    assert (answer.status, answer.content_type, problem["status"]) == (status, PROBLEM, status)
    if status == 405:
        allowed = {
            "/api/users": "GET, HEAD, POST, OPTIONS",
            "/api/register": "POST, OPTIONS",
            "/api/hello": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
        }
        assert answer.headers["allow"] == allowed[target.rstrip("/")]


def test_an_address_that_is_taken_is_409_in_any_case(trio: Trio) -> None:
    answers = [
        same_answer(
            trio, "POST", "/api/register", f'{{"email": "{email}", "password": "{PASSWORD}"}}', JSON
        )
        for email in ("twice@example.com", "twice@example.com", "Twice@Example.COM")
    ]
    assert [answer.status for answer in answers] == [201, 409, 409]
    assert [answer.json().get("detail") for answer in answers] == [
        None,
        "Email already registered",
        "Email already registered",
    ]


def test_a_chunked_body_is_counted_while_it_is_read(trio: Trio) -> None:
    able = {kind: one for kind, one in trio.items() if kind != "runserver"}
    answer = same_answer(able, "POST", "/api/feedback", 32 * (LARGE[:65536],), JSON)
    assert (answer.status, answer.content_type) == (413, PROBLEM)


@pytest.mark.parametrize("target", ["/api/hello", "/api/nothing"])
def test_a_body_that_nobody_reads_is_never_the_next_request(trio: Trio, target: str) -> None:
    hidden = b"GET /api/users HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    for kind, one in trio.items():
        connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=10)
        with closing(connection):
            connection.request("POST", target, hidden, {"Content-Type": "text/plain"})
            connection.getresponse().read()
            connection.request("GET", "/api/search?q=next")
            with suppress(http.client.RemoteDisconnected):  # closing it is right as well
                answer = connection.getresponse().read()
                assert answer == b'{"results":["You searched for next"]}', kind
