"""Where one request ends and the next one starts: the server and the bytes decide together."""

from __future__ import annotations

import pytest

from .conftest import Wire
from .raw import HOST, chunked, request

ME = request("GET", "/api/users/me")
HIDDEN = b"GET /api/admin/users HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def post(*headers: str | bytes, body: bytes = b"") -> bytes:
    return request("POST", "/api/echo/body", b"", *headers) + body


def in_chunks(body: bytes) -> bytes:
    return post("Transfer-Encoding: chunked", body=body)


def get(*headers: str | bytes) -> bytes:
    return request("GET", "/api/health", b"", *headers)


END = b"0\r\n\r\n"

BROKEN = {
    "d01 length and encoding": post("Content-Length: 5", "Transfer-Encoding: chunked", body=END),
    "d01 encoding and length": post("Transfer-Encoding: chunked", "Content-Length: 5", body=END),
    "d02 identity after": post("Transfer-Encoding: chunked, identity", body=END),
    "d02 unknown": post("Transfer-Encoding: xchunked", body=END),
    "d02 with a tab": post(b"Transfer-Encoding: chunked\x0b", body=END),
    "d02 twice": post("Transfer-Encoding: chunked", "Transfer-Encoding: chunked", body=END),
    "d02 twice, two": post("Transfer-Encoding: chunked", "Transfer-Encoding: identity", body=END),
    "d02 blank before the colon": post("Transfer-Encoding : chunked", body=END),
    "d02 identity": post("Transfer-Encoding: identity", body=END),
    "d02 quoted": post('Transfer-Encoding: "chunked"', body=END),
    "d02 folded": post("Transfer-Encoding:\r\n chunked", body=END),
    "d03 line feed in an extension": in_chunks(b"2;\nxx\r\n{}\r\n" + END),
    "d03 carriage return in an extension": in_chunks(b"2;a\rb\r\n{}\r\n" + END),
    "d03 line feeds alone": in_chunks(b"2\n{}\n0\n\n"),
    "d04 negative": in_chunks(b"-1\r\n{}\r\n" + END),
    "d04 plus": in_chunks(b"+2\r\n{}\r\n" + END),
    "d04 0x": in_chunks(b"0x2\r\n{}\r\n" + END),
    "d04 underscore": in_chunks(b"0_2\r\n{}\r\n" + END),
    "d04 no number": in_chunks(b"zz\r\n{}\r\n" + END),
    "d04 no size": in_chunks(b"\r\n{}\r\n" + END),
    "d04 blank before": in_chunks(b" 2\r\n{}\r\n" + END),
    "d04 17 digits": in_chunks(17 * b"F" + b"\r\n{}\r\n" + END),
    "d04 no end of a chunk": in_chunks(b"2\r\n{}" + END),
    "d04 longer than its size": in_chunks(b"2\r\n{}}\r\n" + END),
    "d04 framing in a trailer": in_chunks(b"2\r\n{}\r\n0\r\nContent-Length: 9\r\n\r\n"),
    "d05 line feeds": b"GET /api/health HTTP/1.1\nHost: 127.0.0.1\n\n",
    "d05 folded header": get("X-A: b\r\n c"),
    "d05 folded first header": b"GET /api/health HTTP/1.1\r\n" + b" " + HOST + b"\r\n",
    "d05 blank in a name": get("X A: b"),
    "d05 no name": get(": b"),
    "d05 no colon": get("nothing"),
    "d05 NUL": get(b"X-A: a\x00b"),
    "d05 carriage return": get(b"X-A: a\rb"),
    "d05 parenthesis in a name": get("X(A): b"),
    "d05 no version": b"GET /api/health\r\n\r\n",
    "d05 version 11": b"GET /api/health HTTP/11.1\r\n" + HOST + b"\r\n",
    "d05 version in small letters": b"GET /api/health http/1.1\r\n" + HOST + b"\r\n",
    "d05 tab in the first line": b"GET\t/api/health HTTP/1.1\r\n" + HOST + b"\r\n",
    "d05 blank in the target": b"GET /api/hea lth HTTP/1.1\r\n" + HOST + b"\r\n",
    "d05 blank first": b" GET /api/health HTTP/1.1\r\n" + HOST + b"\r\n",
    "d05 raw bytes in the target": b"GET /api/echo/path/\xff HTTP/1.1\r\n" + HOST + b"\r\n",
    "d05 odd method": b"GE(T /api/health HTTP/1.1\r\n" + HOST + b"\r\n",
    "d06 HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "d25 PROXY": b"PROXY TCP4 192.0.2.1 127.0.0.1 1 80\r\n" + get(),
    "d25 PROXY 2": b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c" + 12 * b"\x01" + get(),
    "c05 negative": post("Content-Length: -1"),
    "c05 plus": post("Content-Length: +4", body=b"abcd"),
    "c05 list": post("Content-Length: 4,5", body=b"abcde"),
    "c05 list of the same": post("Content-Length: 4,4", body=b"abcd"),
    "c05 two": post("Content-Length: 4", "Content-Length: 5", body=b"abcde"),
    "c05 hexadecimal": post("Content-Length: 0x4", body=b"abcd"),
    "c05 underscore": post("Content-Length: 1_0", body=b"abcdabcdab"),
    "c05 superscript": post(b"Content-Length: \xb2", body=b"ab"),
    "c05 none": post("Content-Length: "),
}

REFUSED = (400, 405, 414, 417, 431, 501, 505)

# uvicorn's parser takes it for HTTP/0.9, answers, and closes.
ANSWERED = {("uvicorn", "d05 no version"): [200]}


@pytest.mark.parametrize("what", BROKEN)
def test_c05_d01_d02_d03_d04_d05_d06_d25_broken_framing_is_refused_and_ends_the_connection(
    wire: Wire, what: str
) -> None:
    # gunicorn waits for the rest of what is unfinished; uvicorn drops what a client has left.
    got = wire.send(BROKEN[what] + ME, wait=5, half_close=wire.kind == "gunicorn")
    assert got.closed
    assert got.statuses
    odd = [status for status in got.statuses if status not in REFUSED]
    assert odd == ANSWERED.get((wire.kind, what), [])
    assert b'"me"' not in got.raw


# As RFC 9112 has them: blanks around a value, any case, leading zeros, a chunk's extension.
IN_STEP = {
    "d02 blanks and case": post("Transfer-Encoding: \tChunked ", body=chunked(b"{}")),
    "d03 extension": in_chunks(b"2;a=b\r\n{}\r\n" + END),
    "d04 capitals and zeros": in_chunks(b"000A\r\n0123456789\r\n" + END),
    "d04 trailer": in_chunks(b"2\r\n{}\r\n0\r\nX-A: b\r\n\r\n"),
    "d11 underscore": post("Transfer_Encoding: chunked", "Content-Length: 5", body=END),
}


@pytest.mark.parametrize("what", IN_STEP)
def test_d02_d03_d04_what_is_not_broken_leaves_the_connection_in_step(
    wire: Wire, what: str
) -> None:
    got = wire.send(IN_STEP[what] + ME, wait=5, expect=2)
    assert got.statuses == [200, 200]
    assert got.answers[1].json() == "me"


def test_d06_chunks_in_http_1_0_are_refused_by_gunicorn_and_end_the_connection(wire: Wire) -> None:
    line = b"POST /api/echo/body HTTP/1.0\r\nTransfer-Encoding: chunked\r\n"
    got = wire.send(line + HOST + b"\r\n" + END + ME, wait=5)
    assert got.statuses == ([400] if wire.kind == "gunicorn" else [200])
    assert got.closed
    assert b'"me"' not in got.raw


UNREAD = {
    "405": ("DELETE", "/api/health"),
    "automatic OPTIONS": ("OPTIONS", "/api/health"),
    "handler that takes none": ("DELETE", "/api/unread"),
    "404": ("POST", "/api/nix"),
    "401": ("POST", "/api/admin/users"),
}


@pytest.mark.parametrize("what", UNREAD)
@pytest.mark.parametrize("size", [1, 100, 20_000])
def test_d07_d08_a_body_that_nobody_reads_is_never_a_request(
    wire: Wire, what: str, size: int
) -> None:
    """20,000 hidden requests are 1 MB: more than a server drains before it closes."""
    method, target = UNREAD[what]
    for sent in (
        request(method, target, size * HIDDEN),
        request(method, target, b"", "Transfer-Encoding: chunked") + chunked(size * HIDDEN),
    ):
        got = wire.send(sent + ME, wait=5, expect=2)
        answers = [answer.body for answer in got.answers[1:]]
        assert got.answers, got.raw
        assert answers == [b'"me"'] or (answers == [] and got.closed)


def test_d08_pipelined_requests_are_answered_in_their_order(wire: Wire) -> None:
    sent = ME + request("HEAD", "/api/users/me") + request("GET", "/api/users/a/b") + ME
    got = wire.send(sent, wait=5, expect=4, heads=[1])
    assert [answer.body for answer in got.answers] == [b'"me"', b"", b'"a/b"', b'"me"']
