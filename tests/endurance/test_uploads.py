"""A large upload goes through `req.stream` and stays out of memory."""

from __future__ import annotations

import random
import re
from hashlib import sha256
from typing import Any

import pytest

from .records import soon
from .running import Running

BLOCK = random.Random(1).randbytes(65_536)
BLOCKS = 1_600
SIZE = BLOCKS * len(BLOCK)  # 100 MB
MARGIN = 20 * 1024 * 1024


@pytest.fixture(scope="module")
def digest() -> str:
    made = sha256()
    for _ in range(BLOCKS):
        made.update(BLOCK)
    return made.hexdigest()


def sent(how: str) -> tuple[Any, dict[str, str]]:
    """Return a body of `client.ask`, and headers: a tuple is sent chunked, its parts as chunks."""
    if how == "declared":
        return iter(BLOCKS * [BLOCK]), {"Content-Length": str(SIZE)}
    return (BLOCKS * (BLOCK,) if how == "chunked" else (BLOCKS * BLOCK,)), {}


@pytest.mark.parametrize("how", ["declared", "chunked", "in one chunk"])
@pytest.mark.parametrize("handler", ["sync", "async"])
def test_100_mb_arrive_whole_and_are_never_in_memory(
    site: Running, handler: str, how: str, digest: str
) -> None:
    warm = site.ask("POST", f"/api/upload/{handler}", b"warm")
    assert (warm.status, warm.json()["size"]) == (200, 4)
    idle = site.memory()
    site.forget_highest_memory()
    answer = site.ask("POST", f"/api/upload/{handler}", *sent(how), timeout=60)
    grown = site.highest_memory() - idle
    assert (answer.status, answer.json()) == (200, {"sha256": digest, "size": SIZE})
    assert grown < MARGIN, f"{grown / 1024**2:.1f} MB above idle"


HEAD = b"POST /api/upload/sync HTTP/1.1\r\nHost: 127.0.0.1\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
HELLO = b"GET /api/hello HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
BROKEN = {
    "less than was declared": HEAD + b"Content-Length: %d\r\n\r\n" % SIZE + 16 * BLOCK,
    "half a chunk": CHUNKED + b"10000\r\n" + BLOCK[:100],
    "no last chunk": CHUNKED + b"10000\r\n" + BLOCK + b"\r\n",
    "no size of a chunk": CHUNKED + b"size\r\n" + HELLO,
    "no end of a chunk": CHUNKED + b"1\r\nabc\r\n0\r\n\r\n" + HELLO,
}
# uvicorn takes an early end for a client that has left.
EXPECTED = {"gunicorn": [[b"HTTP/1.1 400"]], "uvicorn": [[b"HTTP/1.1 400"], []]}


@pytest.mark.parametrize("what", BROKEN)
def test_an_upload_that_breaks_off_is_refused_and_leaves_nothing_open(
    site: Running, what: str
) -> None:
    assert site.ask("GET", "/api/hello").status == 200
    before = site.held().files
    for _ in range(3):
        with site.wire() as wire:
            wire.send(BROKEN[what])
            wire.send_no_more()
            answer = wire.read_to_end()
            assert re.findall(b"HTTP/1.1 ...", answer) in EXPECTED[site.kind]
    assert soon(lambda: site.held().files, lambda files: files <= before) <= before
