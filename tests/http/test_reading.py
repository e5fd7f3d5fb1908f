"""``req.stream``: the body as it comes, counted while it is read."""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import Any

import pytest
from django.http.request import RawPostDataException

from fileapi.config import DEFAULTS, Config
from fileapi.http.errors import HttpError
from fileapi.http.request import Request

from .requests import asgi, chunked, limit, wsgi

BODY = b"0123456789"


class Trickle(BytesIO):
    """Gives at most three bytes at a time, as a socket may, and counts them."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        part = super().read(size if size < 0 else min(size, 3))
        self.taken += len(part)
        return part


def declared(body: bytes, config: Config = DEFAULTS, length: int | None = None) -> Request:
    return wsgi(BytesIO(body), config, CONTENT_LENGTH=str(len(body) if length is None else length))


def over_chunks(body: bytes, config: Config = DEFAULTS) -> Request:
    return chunked(BytesIO(body), config)


def over_asgi(body: bytes, config: Config = DEFAULTS) -> Request:
    return asgi(BytesIO(body), config, transfer_encoding="chunked")


KINDS = pytest.mark.parametrize("sent", [declared, over_chunks, over_asgi])


@KINDS
def test_read_returns_at_most_so_many_bytes_and_none_at_the_end(sent: Any) -> None:
    stream = sent(BODY).stream
    assert [stream.read(4), stream.read(0), stream.read(4), stream.read(4), stream.read(4)] == [
        b"0123",
        b"",
        b"4567",
        b"89",
        b"",
    ]
    assert (stream.read(), list(stream)) == (b"", [])


@KINDS
def test_read_without_a_size_returns_all_that_is_left(sent: Any) -> None:
    stream = sent(BODY).stream
    assert (stream.read(3), stream.read(), stream.read()) == (b"012", b"3456789", b"")
    assert sent(b"").stream.read() == b""


@KINDS
def test_a_stream_is_iterated_by_blocks(sent: Any) -> None:
    body = b"x" * 150_000
    blocks = list(sent(body).stream)
    assert (b"".join(blocks), max(map(len, blocks))) == (body, 65_536)
    assert asyncio.run(blocks_of(sent(body).stream)) == blocks


@KINDS
def test_the_stream_is_one_so_that_a_loop_may_ask_for_it_again(sent: Any) -> None:
    req = sent(BODY)
    assert [req.stream.read(6), req.stream.read(6)] == [b"012345", b"6789"]


@KINDS
def test_the_limit_counts_while_reading(sent: Any) -> None:
    assert sent(BODY, limit(10)).stream.read() == BODY
    for read in (lambda stream: stream.read(), list, lambda stream: stream.read(11)):
        with pytest.raises(HttpError) as caught:
            read(sent(BODY + b"!", limit(10)).stream)
        assert (caught.value.status, caught.value.detail) == (
            413,
            "The body is larger than body_limit allows: 10 bytes.",
        )


@pytest.mark.parametrize("size", [-1, 5_000_000, 65_536])
def test_no_more_is_taken_than_the_limit_and_a_block(size: int) -> None:
    """However much a handler asks for at once (C02)."""

    class Counting(BytesIO):
        taken = 0

        def read(self, size: int | None = -1) -> bytes:
            part = super().read(size)
            self.taken += len(part)
            return part

    source = Counting(b"x" * 10_000_000)
    stream = chunked(source, limit(10)).stream
    with pytest.raises(HttpError):
        stream.read(size)
    assert source.taken <= 65_536 + 10


def test_a_length_over_the_limit_is_413_before_anything_is_read() -> None:
    source = Trickle(b"x" * 11)
    with pytest.raises(HttpError):
        wsgi(source, limit(10), CONTENT_LENGTH="11").stream  # noqa: B018
    assert source.taken == 0


def test_an_understated_length_is_all_that_is_read() -> None:
    source = BytesIO(b"bodyGET /next HTTP/1.1")
    stream = wsgi(source, limit(10), CONTENT_LENGTH="4").stream
    assert (stream.read(100), stream.read(), source.read(3)) == (b"body", b"", b"GET")


def test_an_understated_length_under_asgi_counts_what_is_there() -> None:
    with pytest.raises(HttpError) as caught:
        asgi(BytesIO(b"x" * 11), limit(10), content_length="4").stream.read()
    assert caught.value.status == 413


TRICKLES = {
    "declared": lambda: wsgi(Trickle(BODY), CONTENT_LENGTH="10"),
    "over_chunks": lambda: chunked(Trickle(BODY)),
    "over_asgi": lambda: asgi(Trickle(BODY)),
}


@pytest.mark.parametrize("sent", TRICKLES.values(), ids=TRICKLES)
def test_a_source_may_give_less_than_was_asked_for(sent: Any) -> None:
    assert list(sent().stream) == [b"012", b"345", b"678", b"9"]
    assert sent().stream.read() == BODY
    assert sent().raw_body == BODY


async def blocks_of(stream: Any) -> list[bytes]:
    return [block async for block in stream]


READS = {
    "whole": lambda stream: stream.read(),
    "by size": lambda stream: [stream.read(4), stream.read(4)],
    "for": list,
    "async for": lambda stream: asyncio.run(blocks_of(stream)),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_a_body_that_ends_early_is_400(read: Any) -> None:
    with pytest.raises(HttpError) as caught:
        read(declared(b"half", length=8).stream)
    assert (caught.value.status, caught.value.detail) == (400, "The body ended early.")


def test_a_chunked_body_whose_end_the_server_does_not_tell_is_411() -> None:
    with pytest.raises(HttpError) as caught:
        wsgi(BytesIO(BODY), HTTP_TRANSFER_ENCODING="chunked").stream  # noqa: B018
    assert caught.value.status == 411


@KINDS
def test_a_body_is_taken_once_as_a_stream_or_as_a_whole(sent: Any) -> None:
    streamed, parsed = sent(BODY), sent(BODY)
    streamed.stream.read(1)
    for name in ("body", "raw_body"):
        with pytest.raises(RawPostDataException, match="read before"):
            getattr(streamed, name)
    assert parsed.raw_body == BODY
    with pytest.raises(RawPostDataException, match="read before"):
        parsed.stream  # noqa: B018


@KINDS
def test_a_refused_body_is_refused_again(sent: Any) -> None:
    """As where a middleware looks at it, and catches what is raised."""
    req = sent(BODY + b"!", limit(10))
    for _ in range(2):
        with pytest.raises(HttpError) as caught:
            req.raw_body  # noqa: B018
        assert caught.value.status == 413


STREAMED = """
from fileapi import Config
config = Config(body=False, body_limit=100_000)
def POST(req): return sum(map(len, req.stream))
async def PUT(req): return sum([len(block) async for block in req.stream])
def PATCH(req): return req.body
def DELETE(req): return len(req.raw_body)
"""


def test_a_handler_reads_a_stream_over_either_server(api: Any) -> None:
    served = api({"a.py": STREAMED})
    for method in ("POST", "PUT"):
        assert served.request(method, "/api/a", data=b"x" * 100_000).json() == 100_000
        assert served.request(method, "/api/a").json() == 0
        response = served.request(method, "/api/a", data=b"x" * 100_001)
        assert (response.status_code, response.headers["Content-Type"]) == (
            413,
            "application/problem+json",
        )


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_config_body_False_leaves_the_body_to_the_stream(
    api: Any, method: str, caplog: Any
) -> None:
    served = api({"a.py": STREAMED})
    assert served.request(method, "/api/a", data=b"x").status_code == 500
    assert "Config(body=False) leaves the body to req.stream." in caplog.text


def test_config_body_False_takes_no_body_argument_unawares(api: Any) -> None:
    text = "from fileapi import Config\nconfig = Config(body=False)\ndef POST(body): return body"
    assert api({"a.py": text}).post("/api/a", json={}).status_code == 500
