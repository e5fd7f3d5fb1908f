"""What a handler answers, or fails to, as it comes out of a server."""

from __future__ import annotations

import datetime
import socket
import time
from contextlib import ExitStack
from typing import Any

import pytest
from django.http import HttpRequest

from fileapi.http.response import Response

from .conftest import Wire
from .raw import request

BUG = {"type": "about:blank", "title": "Internal Server Error", "status": 500}


def test_b09_204_and_304_have_no_body_and_no_headers_of_one(wire: Wire) -> None:
    nothing = wire.ask("GET", "/api/nothing")
    tag = wire.ask("GET", "/api/health").header("etag")
    known = wire.ask("GET", "/api/health", b"", f"If-None-Match: {tag}")
    assert (nothing.status, nothing.body, known.status, known.body) == (204, b"", 304, b"")
    for answer in (nothing, known):
        names = {name for name, _ in answer.headers}
        assert names.isdisjoint({"content-type", "content-length", "transfer-encoding"})


@pytest.mark.parametrize(
    ("target", "logged"),
    [("/api/silent", "neither answered nor returned"), ("/api/twice", "was answered twice")],
)
def test_b10_no_answer_and_two_answers_are_one_500_with_its_reason_in_the_log(
    wire: Wire, target: str, logged: str
) -> None:
    since = wire.server.output.stat().st_size
    got = wire.send(request("GET", target, close=True), wait=5)
    assert (got.closed, got.only.status, got.only.json()) == (True, 500, BUG)
    assert got.only.header("x-before") == ("1" if target == "/api/silent" else None)
    assert logged in wire.server.printed(since)


@pytest.mark.parametrize(
    "code", [0, -1, 99, 100, 199, 600, 1000, "200", "200 OK\r\nX: y", True, None, 200.0]
)
def test_b11_what_is_no_status_is_refused_before_the_wire(code: Any) -> None:
    res = Response()
    with pytest.raises((ValueError, TypeError), match="a status is"):
        res.status(code)
    assert res.status_code == 200


def test_b12_a_bug_tells_the_log_everything_and_the_client_nothing(wire: Wire) -> None:
    since = wire.server.output.stat().st_size
    answer = wire.ask("GET", "/api/broken", b"", "Accept: text/html")
    assert (answer.status, answer.json()) == (500, BUG)
    printed = wire.server.printed(since)
    assert printed.count('RuntimeError: canary: SELECT secret FROM vault"') == 1
    assert "broken.py" in printed


def test_b13_a_stream_that_fails_ends_without_its_end(wire: Wire) -> None:
    since = wire.server.output.stat().st_size
    got = wire.send(request("GET", "/api/streams/broken"), wait=5)
    assert got.closed
    assert (got.only.status, got.only.body, got.only.is_whole) == (200, b"first", False)
    assert not got.raw.endswith(b"0\r\n\r\n")
    assert b"canary" not in got.raw
    assert wire.server.printed(since).count('\\nRuntimeError: canary in a stream"') == 1


def test_b14_a_hundred_clients_that_leave_an_endless_stream_hold_nothing(wire: Wire) -> None:
    at_once = 4  # half of gunicorn's threads, which is as many as streams may hold
    for _ in range(100 // at_once):
        with ExitStack() as clients:
            for _ in range(at_once):
                client = socket.create_connection(("127.0.0.1", wire.port), timeout=5)
                clients.enter_context(client)
                client.sendall(request("GET", "/api/streams/endless"))
                received = b""
                while b"tick" not in received:
                    received += client.recv(65_536)
                    assert b" 503 " not in received, "an earlier stream still holds its thread"
        _wait_until_none_is_open(wire)


def _wait_until_none_is_open(wire: Wire) -> None:
    deadline = time.monotonic() + 5
    while (still := wire.ask("GET", "/api/streams/open").json()) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert still == 0


VALUES = """
import datetime, decimal, enum, uuid
from django.utils.translation import gettext_lazy
class Color(enum.Enum):
    RED = "red"
VALUES = {
    "nan": float("nan"), "inf": float("inf"), "nested": [{"a": -float("inf")}],
    "decimal": decimal.Decimal("1.10"), "set": {1}, "bytes": b"\\xff", "enum": Color.RED,
    "when": datetime.datetime(2030, 1, 2, tzinfo=datetime.timezone.utc),
    "uuid": uuid.UUID(int=1), "lazy": gettext_lazy("text"), "surrogate": "\\ud800",
}
loop = []
loop.append(loop)
VALUES["loop"] = loop
def GET(name): return VALUES[name]
"""

WRITTEN = {
    "nan": b"null",
    "inf": b"null",
    "nested": b'[{"a":null}]',
    "decimal": b'"1.10"',
    "set": b"[1]",
    "bytes": b'"/w=="',
    "enum": b'"red"',
    "when": b'"2030-01-02T00:00:00Z"',
    "uuid": b'"00000000-0000-0000-0000-000000000001"',
    "lazy": b'"text"',
}


@pytest.mark.parametrize("name", WRITTEN)
def test_b15_b16_every_value_is_written_by_a_rule(api: Any, name: str) -> None:
    response = api({"[name].py": VALUES}).get(f"/api/{name}")
    assert (response.status_code, response.content) == (200, WRITTEN[name])


@pytest.mark.parametrize("name", ["surrogate", "loop"])
def test_b16_what_has_no_json_is_a_whole_500_and_no_half_an_answer(api: Any, name: str) -> None:
    response = api({"[name].py": VALUES}).get(f"/api/{name}")
    assert (response.status_code, response.json()) == (500, BUG)


def test_d20_what_frames_an_answer_is_not_for_handlers() -> None:
    for name in ("Connection", "transfer-encoding", "Content-Length", "Keep-Alive", "Upgrade"):
        with pytest.raises(ValueError, match="is set by the server"):
            Response().set_header(name, "1")
    request = HttpRequest()
    request.method = "GET"
    assert Response().send("four").finish(request).headers["Content-Length"] == "4"


def test_e10_cookies_are_http_only_lax_and_secure_and_expire_as_they_are_told(
    settings: Any,
) -> None:
    res = Response().set_cookie("a", "1", max_age=datetime.timedelta(hours=1)).end()
    morsel = res.finish(HttpRequest()).cookies["a"]
    assert (morsel["httponly"], morsel["samesite"], morsel["secure"], morsel["max-age"]) == (
        True,
        "Lax",
        True,
        3600,
    )
