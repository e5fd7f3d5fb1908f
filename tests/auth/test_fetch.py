"""One document from another server: bounded in time and size, wherever it goes wrong."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest

from fileapi.auth import fetch
from fileapi.auth.fetch import fetch_json

START = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def test_a_json_document_is_fetched(issuer: Any) -> None:
    for kind in ("application/json", "application/jwk-set+json", "application/json; charset=utf-8"):
        issuer.say(b'{"a": [1]}', kind=kind)
        assert fetch_json(f"{issuer.url}?a=b&c=%20") == {"a": [1]}
    assert issuer.paths[-1] == "/keys?a=b&c=%20"


def test_a_document_may_come_in_chunks(issuer: Any) -> None:
    chunked = START + b"Transfer-Encoding: chunked\r\n\r\n2\r\n[1\r\n1\r\n]\r\n0\r\n\r\n"
    issuer.answer = lambda request: request.wfile.write(chunked)
    assert fetch_json(issuer.url) == [1]


@pytest.mark.usefixtures("impatient")
def test_g26_a_server_that_hangs_is_left(why_not: Any, issuer: Any) -> None:
    issuer.hang()
    assert why_not(issuer.url) == "no whole answer within 0.3 s"


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"HTTP/1.1 200",
        START,
        START + b"\r\n",
        START + b"Content-Length: 1000\r\n\r\n[",
        START + b"Transfer-Encoding: chunked\r\n\r\n",
        START + b"Transfer-Encoding: chunked\r\n\r\n100000\r\n",
    ],
)
def test_g26_a_server_that_drips_is_left(why_not: Any, issuer: Any, start: bytes) -> None:
    issuer.drip(start)
    assert why_not(issuer.url) == "no whole answer within 0.3 s"


@pytest.mark.parametrize("has_length", [True, False])
def test_g26_ten_megabytes_are_not_read(why_not: Any, issuer: Any, has_length: bool) -> None:
    sent = []

    def answer(request: Any) -> None:
        length = b"Content-Length: 10485760\r\n" if has_length else b""
        request.wfile.write(START + length + b"\r\n")
        for _ in range(160):
            sent.append(request.wfile.write(b" " * 65_536))

    issuer.answer = answer
    assert why_not(issuer.url) == "the answer has more than 1048576 bytes"
    assert len(sent) < 160


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_g26_a_redirect_is_not_followed(why_not: Any, issuer: Any, status: int) -> None:
    issuer.say(b"{}", status=status, Location=f"{issuer.url}/elsewhere")
    assert why_not(issuer.url) == f"the status is {status}"
    assert issuer.asked == 1


@pytest.mark.parametrize("status", [201, 204, 206, 400, 404, 429, 500, 503])
def test_g26_another_status_is_no_document(why_not: Any, issuer: Any, status: int) -> None:
    issuer.say(b"{}", status=status)
    assert why_not(issuer.url) == f"the status is {status}"


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/octet-stream", "json"])
def test_g26_another_type_is_no_document(why_not: Any, issuer: Any, kind: str) -> None:
    issuer.say(b"{}", kind=kind)
    assert why_not(issuer.url).startswith("the content type is")


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"[" * 100_000, b"\xff", b'{"a":NaN}'])
def test_g26_what_is_no_json_is_no_document(why_not: Any, issuer: Any, body: bytes) -> None:
    issuer.say(body)
    assert why_not(issuer.url) == "the answer is no JSON"


def test_g26_what_is_no_http_is_no_document(why_not: Any, issuer: Any) -> None:
    for words in (b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 999999 x\r\n\r\n", b"\0" * 100, b"\r\n" * 500):
        issuer.answer = lambda request, words=words: request.wfile.write(words)
        assert why_not(issuer.url)


def test_g26_a_server_that_is_down_is_told_at_once(why_not: Any) -> None:
    with socket.socket() as taken:  # bound, and not listening
        taken.bind(("127.0.0.1", 0))
        assert "refused" in why_not(f"http://127.0.0.1:{taken.getsockname()[1]}/")


@pytest.mark.usefixtures("impatient")
def test_g26_a_name_that_is_not_found_in_time_is_left(
    why_not: Any, issuer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = socket.create_connection

    def slow(*args: Any, **kwargs: Any) -> Any:
        time.sleep(0.7)  # longer than the deadline, and then it works
        return connect(*args, **kwargs)

    monkeypatch.setattr(fetch.socket, "create_connection", slow)
    assert why_not(issuer.url) == "no whole answer within 0.3 s"
    assert issuer.asked == 0
