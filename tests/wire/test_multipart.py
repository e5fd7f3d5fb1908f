"""Multipart forms on the wire: floods, boundaries, names of files."""

from __future__ import annotations

import time

import pytest

from .conftest import Wire

FORM = "multipart/form-data; boundary=b"
END = b"--b--\r\n"


def part(
    name: bytes, value: bytes = b"", filename: bytes | None = None, headers: bytes = b""
) -> bytes:
    file = b"" if filename is None else b'; filename="' + filename + b'"'
    disposition = b'Content-Disposition: form-data; name="' + name + b'"' + file
    return b"--b\r\n" + disposition + b"\r\n" + headers + b"\r\n" + value + b"\r\n"


FLOODS = {
    "c24 fields": part(b"a") * 1_001 + END,
    "c25 parts": part(b"a") * 10_000 + END,
    "c25 files": part(b"a", b"", b"f") * 10_000 + END,
    "c25 101 files": part(b"a", b"", b"f") * 101 + END,
    "c25 a header of 1 MB": part(b"a", b"", b"f", b"X-A: " + 1_000_000 * b"a" + b"\r\n") + END,
    "c25 10,000 headers": part(b"a", b"", b"f", 10_000 * b"X-A: a\r\n") + END,
    "c26 preamble": 5_000_000 * b"x" + b"\r\n" + part(b"a", b"1") + END,
    "c26 preamble of dashes": 1_250_000 * b"\r\n--" + b"\r\n" + part(b"a", b"1") + END,
    "c26 epilogue": part(b"a", b"1") + END + 5_000_000 * b"x",
}


@pytest.mark.parametrize("what", FLOODS)
def test_c24_c25_c26_a_flood_is_refused_at_once(gunicorn: Wire, what: str) -> None:
    before = gunicorn.resident()
    start = time.perf_counter()
    answer = gunicorn.ask("POST", "/api/echo/upload", FLOODS[what], content_type=FORM)
    assert time.perf_counter() - start < 2
    assert answer.status in (400, 413)
    assert gunicorn.resident() - before < 50_000_000


def test_c26_a_preamble_of_line_ends_alone_is_none_and_takes_linear_time(gunicorn: Wire) -> None:
    start = time.perf_counter()
    answer = gunicorn.ask(
        "POST",
        "/api/echo/upload",
        2_500_000 * b"\r\n" + part(b"a", b"1") + END,
        content_type=FORM,
    )
    assert time.perf_counter() - start < 2
    assert (answer.status, answer.json()["fields"]) == (200, {"a": ["1"]})


def test_c24_a_thousand_and_one_fields_of_a_form_are_400(wire: Wire) -> None:
    body = b"&".join(b"a%d=1" % number for number in range(1_001))
    answer = wire.ask(
        "POST", "/api/echo/body", body, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status == 400


BOUNDARIES = [
    "multipart/form-data",
    "multipart/form-data; boundary",
    "multipart/form-data; boundary=",
    'multipart/form-data; boundary=""',
    "multipart/form-data; boundary=" + 71 * "b",
    'multipart/form-data; boundary="b\tb"',
    "multipart/form-data; boundary=\xfc",
    "multipart/form-data; boundary=c",
]


@pytest.mark.parametrize("content_type", BOUNDARIES)
def test_c27_a_boundary_that_is_none_or_not_there_is_400(wire: Wire, content_type: str) -> None:
    answer = wire.ask("POST", "/api/echo/upload", part(b"a", b"1") + END, content_type=content_type)
    assert answer.status == 400


UNCLOSED = {
    "field": part(b"a", b"1"),
    "field in the middle": part(b"a", b"1") + part(b"b", 100 * b"x")[:-50],
    "file": part(b"a", b"1", b"f"),
    "header": part(b"a", b"1") + b"--b\r\nContent-Disposition: form-da",
    "no boundary at all": b"zz",
}


@pytest.mark.parametrize("what", UNCLOSED)
def test_c27_a_form_that_is_never_closed_is_400(wire: Wire, what: str) -> None:
    answer = wire.ask("POST", "/api/echo/upload", UNCLOSED[what], content_type=FORM)
    assert answer.status == 400


@pytest.mark.parametrize("blank", [b" ", b"\r\n", b"\t"])
def test_c28_blanks_in_a_base64_part_take_linear_time(gunicorn: Wire, blank: bytes) -> None:
    encoding = b"Content-Transfer-Encoding: base64\r\n"
    body = part(b"a", 2_000_000 // len(blank) * blank + b"YQ==", b"f", encoding) + END
    start = time.perf_counter()
    answer = gunicorn.ask("POST", "/api/echo/upload", body, content_type=FORM)
    assert time.perf_counter() - start < 2
    assert (answer.status, answer.json()["files"]) == (200, [["a", "f", "a"]])


FILE_NAMES = {
    b"photo.png": "photo.png",
    b"../../x": "x",
    b"/etc/passwd": "passwd",
    rb"C:\\x": "x",
    rb"..\\..\\x": "x",
    b"a\x00.png": "a.png",
    b"a\x1b[31m": "a[31m",
    "\u00e9".encode(): "\u00e9",
    b"CON": "CON",
    b"a%22b": "a%22b",
    b"x; y": "x; y",
}


@pytest.mark.parametrize("sent", FILE_NAMES)
def test_c29_a_file_name_is_data_without_a_path(wire: Wire, sent: bytes) -> None:
    body = part(b"a", b"1", sent) + END
    answer = wire.ask("POST", "/api/echo/upload", body, content_type=FORM)
    assert answer.json() == {"fields": {}, "files": [["a", FILE_NAMES[sent], "1"]]}


def test_c29_a_long_file_name_is_cut_and_keeps_its_ending(wire: Wire) -> None:
    body = part(b"a", b"1", 300 * b"f" + b".png") + END
    [[_, name, _]] = wire.ask("POST", "/api/echo/upload", body, content_type=FORM).json()["files"]
    assert (len(name), name[-5:]) == (255, "f.png")


@pytest.mark.parametrize("name", [b"..", b".", b"../", b"/"])
def test_c29_a_name_that_is_only_a_path_is_no_file(wire: Wire, name: bytes) -> None:
    body = part(b"a", b"1", name) + END
    answer = wire.ask("POST", "/api/echo/upload", body, content_type=FORM)
    assert (answer.status, answer.json()["files"]) == (200, [])


def test_c29_of_two_spellings_of_a_name_the_same_one_wins_in_either_order(wire: Wire) -> None:
    plain, extended = b'filename="good.txt"', b"filename*=UTF-8''..%2F..%2Fother.sh"
    names = []
    for parameters in (plain + b"; " + extended, extended + b"; " + plain):
        disposition = b'--b\r\nContent-Disposition: form-data; name="a"; ' + parameters
        body = disposition + b"\r\n\r\n1\r\n" + END
        answer = wire.ask("POST", "/api/echo/upload", body, content_type=FORM)
        names.append([name for _, name, _ in answer.json()["files"]])
    assert names == [["other.sh"], ["other.sh"]]
