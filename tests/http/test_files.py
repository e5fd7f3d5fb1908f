"""``res.file()``: a file, whole or in part, or not again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from fileapi.http.files import byte_range

from .exchange import read

CONTENT = b"0123456789"
MODIFIED = 1_700_000_000  # Tue, 14 Nov 2023 22:13:20 GMT
DATE = "Tue, 14 Nov 2023 22:13:20 GMT"
LATER = "Tue, 14 Nov 2023 22:13:21 GMT"
EARLIER = "Tue, 14 Nov 2023 22:13:19 GMT"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "digits.txt"
    path.write_bytes(CONTENT)
    os.utime(path, (MODIFIED, MODIFIED))
    return path


@pytest.fixture
def ask(api: Any, exchange: Any, file: Path) -> Any:
    """Ask for the file; return status, the headers named, and the body."""
    api({"a.py": f"def handler(res): res.file({str(file)!r})"})

    def ask(method: str = "GET", names: str = "", **headers: str) -> tuple[Any, ...]:
        sent = exchange(
            method, "/api/a", headers={k.replace("_", "-"): v for k, v in headers.items()}
        )
        return (sent.status, *map(sent.headers.get, names.split()), read(sent))

    return ask


ALL = "Content-Type Content-Length Accept-Ranges Last-Modified Content-Range Content-Disposition"


@pytest.mark.parametrize(("method", "body"), [("GET", CONTENT), ("HEAD", b""), ("POST", CONTENT)])
def test_a_whole_file_says_what_it_is(ask: Any, method: str, body: bytes) -> None:
    named = 'inline; filename="digits.txt"'
    assert ask(method, ALL) == (200, "text/plain", "10", "bytes", DATE, None, named, body)


PARTS = [
    # Range, first and last byte, body
    ("bytes=0-3", "0-3", b"0123"),
    ("bytes=0-0", "0-0", b"0"),
    ("bytes=3-", "3-9", b"3456789"),
    ("bytes=9-", "9-9", b"9"),
    ("bytes=-1", "9-9", b"9"),
    ("bytes=-3", "7-9", b"789"),
    ("bytes=-99", "0-9", CONTENT),
    ("bytes=8-99", "8-9", b"89"),
    ("Bytes=1-2", "1-2", b"12"),
    ("bytes= 1-2 ", "1-2", b"12"),
]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("sent", "part", "body"), PARTS)
def test_a_part_of_it_is_206(ask: Any, method: str, sent: str, part: str, body: bytes) -> None:
    assert ask(method, "Content-Range Content-Length", Range=sent) == (
        206,
        f"bytes {part}/10",
        str(len(body)),
        body if method == "GET" else b"",
    )


@pytest.mark.parametrize("sent", ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=999999999-"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_part_outside_it_is_416_with_its_size(ask: Any, method: str, sent: str) -> None:
    status, size, kind, named, _ = ask(
        method, "Content-Range Content-Type Content-Disposition", Range=sent
    )
    assert (status, size, kind, named) == (416, "bytes */10", "application/problem+json", None)


IGNORED = [
    "bytes=0-1,3-4",
    "bytes=0-1, -1",
    "bytes=3-1",
    "bytes=a-b",
    "bytes=-",
    "bytes=",
    "bytes",
    "",
    "0-3",
    "lines=0-3",
    "bytes=--3",
    "bytes=+0-3",
    "bytes=0x0-3",
    "bytes=1_0-",
    "bytes=\u0663-",
    "bytes=" + "9" * 5000 + "-",
    "bytes=" + "0-1," * 5000,
]


@pytest.mark.parametrize("sent", IGNORED)
def test_several_parts_and_nonsense_are_ignored(sent: str) -> None:
    assert byte_range(sent, 10) is None


def test_what_is_ignored_gets_the_whole_file(ask: Any) -> None:
    for sent in ("bytes=0-1,3-4", "nonsense"):
        assert ask("GET", "Content-Range", Range=sent) == (200, None, CONTENT)


def test_ranges_and_conditions_are_for_GET_and_for_200(
    ask: Any, api: Any, exchange: Any, file: Path
) -> None:
    assert ask("POST", "Content-Range", Range="bytes=0-3") == (200, None, CONTENT)
    assert ask("POST", If_None_Match="*", If_Modified_Since=LATER) == (200, CONTENT)
    api({"b.py": f"def GET(res): res.status(404).file({str(file)!r})"})
    sent = exchange("GET", "/api/b", headers={"Range": "bytes=0-3", "If-Modified-Since": DATE})
    assert (sent.status, sent.headers["Content-Length"], read(sent)) == (404, "10", CONTENT)


def test_if_range_holds_for_the_very_file_alone(ask: Any) -> None:
    tag = ask("HEAD", "ETag")[1]
    part, whole = (206, b"0123"), (200, CONTENT)
    for sent, answer in {
        tag: part,
        DATE: part,
        LATER: whole,
        EARLIER: whole,
        f"W/{tag}": whole,
        '"other"': whole,
        "": whole,
        "nonsense": whole,
    }.items():
        assert ask(Range="bytes=0-3", If_Range=sent) == answer, sent
    assert ask(Range="bytes=99-", If_Range='"other"') == whole


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_client_that_has_it_gets_304(ask: Any, method: str) -> None:
    tag = ask("HEAD", "ETag")[1]
    for status, headers in [
        (304, {"If_None_Match": tag}),
        (304, {"If_None_Match": f'"x", W/{tag}'}),
        (304, {"If_None_Match": "*"}),
        (200, {"If_None_Match": '"x"'}),
        (304, {"If_Modified_Since": DATE}),
        (304, {"If_Modified_Since": LATER}),
        (200, {"If_Modified_Since": EARLIER}),
        (200, {"If_Modified_Since": "yesterday"}),
        (200, {"If_Modified_Since": ""}),
        # The tag decides where both are sent (RFC 9110, 13.2.2).
        (200, {"If_None_Match": '"x"', "If_Modified_Since": LATER}),
        (304, {"If_None_Match": tag, "If_Modified_Since": EARLIER}),
        (304, {"If_None_Match": tag, "Range": "bytes=0-3"}),
        (304, {"If_None_Match": tag, "Range": "bytes=99-"}),
    ]:
        found = ask(method, "ETag Content-Type Content-Length", **headers)
        if status == 304:
            assert found == (304, tag, None, None, b""), headers
        else:
            assert found[:2] == (200, tag), headers


def test_another_content_has_another_tag(ask: Any, file: Path) -> None:
    before = ask("HEAD", "ETag")[1]
    file.write_bytes(CONTENT[::-1])
    os.utime(file, ns=(MODIFIED * 10**9 + 1, MODIFIED * 10**9 + 1))
    assert ask("HEAD", "ETag")[1] != before
    assert (before[0], before[-1]) == ('"', '"')


def test_an_etag_of_ones_own_is_the_one_that_is_compared(
    api: Any, exchange: Any, file: Path
) -> None:
    api({"a.py": f"def GET(res): res.set_header('ETag', '\"own\"').file({str(file)!r})"})

    def answer(**headers: str) -> tuple[int, str]:
        sent = exchange("GET", "/api/a", headers=headers)
        read(sent)
        return sent.status, sent.headers["ETag"]

    assert answer(**{"If-None-Match": '"own"'}) == (304, '"own"')
    assert answer(**{"If-None-Match": '"other"'}) == (200, '"own"')
    assert answer(**{"If-Range": '"own"', "Range": "bytes=0-1"}) == (206, '"own"')


def test_the_empty_file_has_no_parts(api: Any, exchange: Any) -> None:
    api({"a.py": "from io import BytesIO\ndef GET(res): res.file(BytesIO())"})
    sent = exchange("GET", "/api/a")
    assert (sent.status, sent.headers["Content-Length"], read(sent)) == (200, "0", b"")
    for wanted in ("bytes=0-", "bytes=-1", "bytes=0-0"):
        sent = exchange("GET", "/api/a", headers={"Range": wanted})
        assert (sent.status, sent.headers["Content-Range"]) == (416, "bytes */0")
        read(sent)


def test_a_large_file_is_sent_in_blocks(api: Any, exchange: Any, file: Path) -> None:
    file.write_bytes(os.urandom(200_000))
    api({"a.py": f"def GET(res): res.file({str(file)!r})"})
    sent = exchange("GET", "/api/a", headers={"Range": "bytes=10-180009"})
    parts = []
    while (part := sent.part()) is not None:
        parts.append(part)
    assert b"".join(parts) == file.read_bytes()[10:180_010]
    assert max(map(len, parts)) <= 65_536


def test_a_file_in_memory_has_no_name_and_no_date(api: Any, exchange: Any) -> None:
    api({"a.py": "from io import BytesIO\ndef GET(res): res.file(BytesIO(b'0123456789'))"})
    sent = exchange("GET", "/api/a", headers={"Range": "bytes=2-3", "If-None-Match": "*"})
    names = ("Content-Type", "Content-Disposition", "Last-Modified", "ETag", "Content-Range")
    assert (sent.status, [sent.headers.get(name) for name in names], read(sent)) == (
        206,
        ["application/octet-stream", None, None, None, "bytes 2-3/10"],
        b"23",
    )
