"""Bodies on the wire: how long they are, and what they are said to be."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack
from http import HTTPStatus

import pytest

from .conftest import Wire
from .raw import Connection, chunked, request

JSON = "application/json"
PROBLEM = "application/problem+json"

LIMIT = 1_048_576
TOO_LARGE = {
    "type": "about:blank",
    "title": HTTPStatus(413).phrase,  # Python 3.13 has a newer one
    "status": 413,
    "detail": f"The body is larger than body_limit allows: {LIMIT} bytes.",
}


def in_chunks(*parts: bytes) -> bytes:
    head = request("POST", "/api/echo/body", b"", "Transfer-Encoding: chunked", content_type=JSON)
    return head + chunked(*parts)


@pytest.mark.parametrize("parts", [(b'{"a": [1, 2]}',), (b'{"a"', b": [1", b", 2]}")])
def test_c01_a_chunked_body_is_read_to_its_end(wire: Wire, parts: tuple[bytes, ...]) -> None:
    answer = wire.send(in_chunks(*parts), wait=5, expect=1).only
    assert (answer.status, answer.json()["value"]) == (200, {"a": [1, 2]})


def test_c01_c18_an_empty_body_is_no_json_in_chunks_or_without(wire: Wire) -> None:
    for sent in (
        in_chunks(),
        request("POST", "/api/echo/body", b"", "Content-Length: 0", content_type=JSON),
        request("POST", "/api/echo/body", b"", content_type=JSON),
    ):
        answer = wire.send(sent, wait=5, expect=1).only
        assert (answer.status, answer.header("content-type")) == (400, PROBLEM)


def test_c18_no_body_and_no_type_is_none(wire: Wire) -> None:
    assert wire.ask("POST", "/api/echo/body").json()["type"] == "NoneType"


def test_c02_a_chunked_body_is_413_as_soon_as_it_is_too_long(gunicorn: Wire) -> None:
    """The body has no end: who waits for one never answers."""
    endless = in_chunks(*17 * [65_536 * b"x"]).removesuffix(b"0\r\n\r\n")
    answer = gunicorn.send(endless, wait=5, expect=1).only
    assert (answer.status, answer.json()) == (413, TOO_LARGE)


def test_c02_c03_a_body_over_the_limit_is_413_on_either_server(wire: Wire) -> None:
    before = wire.resident()
    long = b'"' + 5_000_000 * b"x" + b'"'
    for sent in (
        in_chunks(*80 * [65_536 * b"x"]),
        request("POST", "/api/echo/body", long, content_type=JSON),
        request("POST", "/api/echo/body", 2 * long, content_type=JSON),
    ):
        answer = wire.send(sent, wait=10, expect=1).only
        assert (answer.status, answer.json()) == (413, TOO_LARGE)
    assert wire.resident() - before < 20_000_000


def test_c03_a_length_over_the_limit_is_413_before_the_body_comes(gunicorn: Wire) -> None:
    head = request("POST", "/api/echo/body", b"", "Content-Length: 5000000", content_type=JSON)
    answer = gunicorn.send(head, wait=5, expect=1).only
    assert (answer.status, answer.json()) == (413, TOO_LARGE)


def test_c04_a_body_that_ends_early_is_400(gunicorn: Wire) -> None:
    head = request("POST", "/api/echo/body", b"", "Content-Length: 100", content_type=JSON)
    got = gunicorn.send(head + b"abc", wait=5, half_close=True)
    assert (got.only.status, got.only.json()["detail"]) == (400, "The body ended early.")


def test_c04_who_promises_a_body_and_leaves_holds_no_thread(wire: Wire) -> None:
    head = request("POST", "/api/echo/body", b"", "Content-Length: 100", content_type=JSON)
    with ExitStack() as clients:
        for _ in range(8):  # as many as gunicorn has threads
            client = socket.create_connection(("127.0.0.1", wire.port))
            clients.enter_context(client)
            client.sendall(head + b"abc")
        time.sleep(0.2)
    assert wire.ask("GET", "/api/health").status == 200


def test_b08_a_get_with_a_body_leaves_the_connection_in_step(wire: Wire) -> None:
    sent = request("GET", "/api/health", 1_000_000 * b"x") + request("GET", "/api/users/me")
    got = wire.send(sent, wait=5, expect=2)
    assert got.answers[0].json() == {"ok": True}
    # A server may close instead of reading on.
    assert [answer.json() for answer in got.answers[1:]] in (["me"], [])
    assert len(got.answers) == 2 or got.closed


JSON_TYPES = {
    "application/json": {"a": 1},
    "Application/JSON ; Charset=UTF-8": {"a": 1},
    'application/json; charset="utf-8"': {"a": 1},
    "application/problem+json": {"a": 1},
    "APPLICATION/VND.X+JSON": {"a": 1},
    "application/jsonx": list(b'{"a": 1}'),
    "application/xjson": list(b'{"a": 1}'),
    "text/plain": '{"a": 1}',
    "text/json": '{"a": 1}',
    "application/octet-stream": list(b'{"a": 1}'),
    "application/x-json": list(b'{"a": 1}'),
}


@pytest.mark.parametrize("content_type", JSON_TYPES)
def test_c21_c22_the_media_type_is_compared_whole_and_in_any_case_and_never_guessed(
    wire: Wire, content_type: str
) -> None:
    answer = wire.ask("POST", "/api/echo/body", b'{"a": 1}', content_type=content_type)
    assert (answer.status, answer.json()["value"]) == (200, JSON_TYPES[content_type])


def test_c22_json_without_a_type_is_bytes(wire: Wire) -> None:
    answer = wire.ask("POST", "/api/echo/body", b'{"a": 1}')
    assert answer.json() == {"method": "POST", "type": "bytes", "value": list(b'{"a": 1}')}


def test_c21_two_content_types_are_400(wire: Wire) -> None:
    for second in ("Content-Type: text/plain", "Content-Type: application/json"):
        answer = wire.ask("POST", "/api/echo/body", b"{}", "Content-Type: application/json", second)
        assert answer.status == 400


CHARSETS = ["utf-7", "utf-16", "utf-32", "x", "idna", "rot13", "zlib", "punycode", "latin-1", "%00"]


@pytest.mark.parametrize("charset", CHARSETS)
def test_c14_json_in_another_charset_is_415(wire: Wire, charset: str) -> None:
    answer = wire.ask(
        "POST", "/api/echo/body", b"{}", content_type=f"application/json; charset={charset}"
    )
    assert (answer.status, answer.header("content-type")) == (415, PROBLEM)


FORM = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n+2AA-\r\n--b--\r\n'


@pytest.mark.parametrize("charset", ["utf-7", "x", "idna", "rot13", "zlib", "punycode"])
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain", b"+2AA-"),
        ("application/x-www-form-urlencoded", b"a=%2B2AA-"),
        ("multipart/form-data; boundary=b", FORM),
    ],
)
def test_c14_a_charset_that_is_none_is_415_for_text_and_forms(
    wire: Wire, content_type: str, body: bytes, charset: str
) -> None:
    answer = wire.ask(
        "POST", "/api/echo/upload", body, content_type=f"{content_type}; charset={charset}"
    )
    assert (answer.status, answer.header("content-type")) == (415, PROBLEM)


def test_c14_a_charset_in_a_charset_that_is_none_is_no_server_error(wire: Wire) -> None:
    answer = wire.ask(
        "POST", "/api/echo/body", b"x", content_type="text/plain; charset*=x'en'utf-8"
    )
    assert (answer.status, answer.header("content-type")) == (400, PROBLEM)


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "deflate", "br", "identity, gzip", "x"])
def test_c33_a_compressed_body_is_415(wire: Wire, encoding: str) -> None:
    answer = wire.ask(
        "POST", "/api/echo/body", b"{}", f"Content-Encoding: {encoding}", content_type=JSON
    )
    assert (answer.status, answer.header("content-type")) == (415, PROBLEM)


DATA = {
    "text/xml": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "text/yaml": b"!!python/object/apply:os.system [exit]",
    "application/xml": b"<!DOCTYPE a><a/>",
    "application/x-python-pickle": b"cos\nsystem\n(S'exit'\ntR.",
    "application/x-yaml": b"!!python/object/apply:os.system [exit]",
    "application/java-serialized-object": b"\xac\xed\x00\x05",
}


@pytest.mark.parametrize("content_type", DATA)
def test_c37_c38_what_is_neither_json_nor_form_is_text_or_bytes_as_sent(
    wire: Wire, content_type: str
) -> None:
    sent = DATA[content_type]
    value = wire.ask("POST", "/api/echo/body", sent, content_type=content_type).json()["value"]
    assert value == (sent.decode() if content_type.startswith("text/") else list(sent))


def test_after_a_hundred_refusals_a_connection_still_works(gunicorn: Wire) -> None:
    with Connection(gunicorn.port) as connection:
        for _ in range(100):
            refused = connection.ask(request("POST", "/api/echo/body", b"{", content_type=JSON))
            assert refused.status == 400
        assert connection.ask(request("GET", "/api/health")).json() == {"ok": True}
