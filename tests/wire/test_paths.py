"""Paths as bytes on the wire: where they end, and that no spelling gets round a guard."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest

from .conftest import Wire
from .raw import exchange, request

NOT_FOUND = {
    "type": "about:blank",
    "title": "Not Found",
    "status": 404,
    "detail": "No route answers this URL.",
}

UNKNOWN = [
    "/api/../settings",
    "/api/%2e%2e/t",
    "/api/..%2f..%2fetc%2fpasswd",
    "/api/echo/paths/..%2f..%2fetc%2fpasswd",
    "/api/users/a%2Fc",
    "/api/users/a%00b",
    "/api/users/me%0A",
    "/api/users/x%0d%0aX:1",
    "/api/%c0%ae%c0%ae/x",
    "/api/users/%ff%fe",
    "/api/users/%ed%a0%80",
    "/api//users/1",
    "//api//users/1",
    "/api/users/1//",
    "/API/users/1",
    "/api/Users/1",
    "/api/users/[id].py/x",
    "/api/health.py",
    "/api/__init__",
    "/api/admin/_middleware",
    "/api/.env",
    "/api/__pycache__/health",
    "/api/health.pyc",
    "/api/test_health",
    "/api/health;x=1",
    "/api/health.json",
]


@pytest.mark.parametrize("target", UNKNOWN)
def test_a01_a02_a06_a07_a08_a09_a13_a15_a16_a_path_that_no_file_has_is_404_on_either_server(
    wire: Wire, target: str
) -> None:
    answer = wire.ask("GET", target)
    assert answer.status == 404
    if target.startswith("/api/"):
        assert answer.json() == NOT_FOUND


@pytest.mark.parametrize("name", ["[id].py", "%5Bid%5D.py", "me.py", "__init__", ".env", "a.pyc"])
def test_a16_a17_the_name_of_a_file_is_a_value_where_a_value_is_asked_for(
    wire: Wire, name: str
) -> None:
    answer = wire.ask("GET", f"/api/users/{name}")
    assert (answer.status, answer.json()["id"]) == (200, unquote(name))


DATA = {
    "%zz%": "%zz%",
    "%2561dmin": "%61dmin",
    "a%252Fb": "a%2Fb",
    "%c3%a9": "\u00e9",
    "e%cc%81": "e\u0301",
    "%ef%bc%8e%ef%bc%8e": "\uff0e\uff0e",
    "%ef%bc%852e": "\uff052e",
    "%e2%80%ae": "\u202e",
    "%e2%80%8b": "\u200b",
    "[text]": "[text]",
    "%5Btext%5D": "[text]",
    "a;x=1": "a;x=1",
    "a:b@c": "a:b@c",
}


@pytest.mark.parametrize("sent", DATA)
def test_a05_a10_a11_a12_a17_a30_a_segment_is_decoded_once_and_is_data(
    wire: Wire, sent: str
) -> None:
    answer = wire.ask("GET", f"/api/echo/path/{sent}")
    assert (answer.status, answer.json()) == (200, DATA[sent])


def test_a03_an_encoded_slash_is_a_slash_for_route_and_guard_alike(wire: Wire) -> None:
    assert wire.ask("GET", "/api/users/a%2Fb").json() == "a/b"
    assert wire.ask("GET", "/api/users/a/b").json() == "a/b"
    assert wire.ask("GET", "/api/admin%2Fusers").status == 401


SPELLINGS = [
    "/api/admin/users",
    "/api/admin/users/",
    "/api/%61dmin/users",
    "/api/admin/%75sers",
    "/%61pi/%61dmin/users",
    "/api/admin%2fusers",
    "/api/admin",
    "/api/admin/",
    "/api/admin?x=/api/health",
    "/api/admin/users#/api/health",
    "http://127.0.0.1/api/admin/users",
    "http://elsewhere.example/api/admin/users",
]
NO_SPELLINGS = [
    "/api/%2561dmin/users",
    "/api/admin/index",
    "/api/admin.json",
    "/api/admin/users.json",
    "/api/admin.rsc",
    "/api/en/admin",
    "/api/admin;x=1",
    "/api/admin/users;x=1",
    "/api/admin/users%00",
    "/api/./admin/users",
    "/api/x/../admin/users",
    "//api/admin/users",
    "/api//admin/users",
    "/api/ADMIN/users",
]


@pytest.mark.parametrize("target", SPELLINGS)
def test_a04_every_spelling_that_reaches_a_file_meets_its_guard(wire: Wire, target: str) -> None:
    answer = wire.ask("GET", target)
    assert (answer.status, answer.json()["detail"]) == (401, "Log in first.")
    assert wire.ask("GET", target, b"", "Authorization: Bearer good").status == 200


@pytest.mark.parametrize("target", NO_SPELLINGS)
def test_a20_every_other_spelling_reaches_no_file(wire: Wire, target: str) -> None:
    assert wire.ask("GET", target, b"", "Authorization: Bearer good").status == 404


def test_a14_with_or_without_a_slash_a_post_reaches_the_file_with_its_body(wire: Wire) -> None:
    for target in ("/api/echo/body", "/api/echo/body/"):
        answer = wire.ask("POST", target, b'{"a": 1}', content_type="application/json")
        assert (answer.status, answer.json()["value"]) == (200, {"a": 1})


@pytest.mark.parametrize("query", ["id=2", "id=2&id=3", "ID=2&id=2", "%69d=2", "id[]=2&id=2"])
def test_a18_a_path_parameter_wins_over_the_query_string(wire: Wire, query: str) -> None:
    answer = wire.ask("GET", f"/api/users/1?{query}")
    assert answer.json() == {"id": "1", "query": "1", "all": ["1"], "param": "1"}


INTERNAL = [
    "X-Middleware-Subrequest: " + ":".join(5 * ["middleware"]),
    "X-Middleware-Subrequest: " + ":".join(5 * ["src/middleware"]),
    "X-Nextjs-Data: 1",
    "X-Fileapi-User: admin",
    "X-Fileapi-Skip: 1",
    "X-Original-URL: /api/health",
    "X-Rewrite-URL: /api/health",
    "X-Forwarded-Prefix: /api/health",
    "X-Forwarded-User: admin",
    "X-Remote-User: admin",
    "Remote-User: admin",
    "X-Accel-Redirect: /api/health",
    "SCRIPT_NAME: /api/admin",
    "PATH_INFO: /api/health",
    "REMOTE_USER: admin",
]


@pytest.mark.parametrize("header", INTERNAL)
def test_a19_no_header_moves_a_request_or_opens_a_guard(wire: Wire, header: str) -> None:
    assert wire.ask("GET", "/api/admin/users", b"", header).status == 401
    assert wire.ask("GET", "/api/health", b"", header).json() == {"ok": True}


def test_a21_the_guard_answers_before_the_body_is_read(wire: Wire) -> None:
    broken = wire.ask("POST", "/api/admin/users", b"{broken", content_type="application/json")
    assert broken.status == 401
    huge = wire.ask("POST", "/api/admin/users", b"", "Content-Length: 0", "Content-Encoding: gzip")
    assert huge.status == 401
    good = wire.ask(
        "POST",
        "/api/admin/users",
        b"{broken",
        "Authorization: Bearer good",
        content_type="application/json",
    )
    assert good.status == 400


def test_a25_a_long_target_is_414_on_gunicorn(gunicorn: Wire) -> None:
    answers = gunicorn.send(request("GET", "/api/echo/query?q=" + 5000 * "x"), wait=5)
    assert (answers.statuses, answers.closed) == ([414], True)


@pytest.mark.parametrize("target", ["http://evil.example", "https://evil.example:1", "http://a@b"])
def test_a26_the_host_in_a_target_is_used_for_nothing(wire: Wire, target: str) -> None:
    line = f"GET {target}/api/echo/request HTTP/1.1\r\n".encode()
    right: Any = exchange(wire.port, line + b"Host: 127.0.0.1\r\n\r\n", wait=5, expect=1).only
    wrong = exchange(wire.port, line + b"Host: evil.example\r\n\r\n", wait=5, expect=1).only
    assert (right.status, right.json()["host"]) == (200, "127.0.0.1")
    assert right.json()["absolute"].startswith("http://127.0.0.1/")
    assert wrong.status == 400
