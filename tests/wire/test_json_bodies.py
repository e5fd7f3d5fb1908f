"""JSON texts on the wire that are broken, odd, or made to hurt."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from .conftest import Wire

JSON = "application/json"
PROBLEM = "application/problem+json"

BROKEN = {
    "c06 deep list": 100_000 * b"[",
    "c06 deep and closed": 1_000 * b"[" + 1_000 * b"]",
    "c06 deep object": 1_000 * b'{"a":',
    "c06 990 levels": 990 * b"[" + 990 * b"]",
    "c07 NaN": b"NaN",
    "c07 Infinity": b"[Infinity]",
    "c07 -Infinity": b'{"a": -Infinity}',
    "c08 1e999": b"1e999",
    "c08 -1e999": b"[-1e999]",
    "c09 4,301 digits": 4_301 * b"9",
    "c12 byte-order mark": b"\xef\xbb\xbf{}",
    "c13 UTF-16": "[]".encode("utf-16"),
    "c13 UTF-16, no mark": "[]".encode("utf-16-le"),
    "c13 UTF-16, other order": "[]".encode("utf-16-be"),
    "c13 UTF-32": "[]".encode("utf-32"),
    "c13 UTF-32, no mark": "[]".encode("utf-32-le"),
    "c15 lone byte": b'"\xff"',
    "c15 Latin-1": b'"\xe9"',
    "c15 overlong": b'"\xc0\xaf"',
    "c15 surrogate": b'"\xed\xa0\x80"',
    "c15 beyond Unicode": b'"\xf4\xbf\xbf\xbf"',
    "c15 cut": b'"\xe2\x82"',
    "c16 high": rb'"\ud800"',
    "c16 low": rb'"\udc00"',
    "c16 turned round": rb'"\udc00\ud800"',
    "c16 high, then text": rb'"\ud800abcdef"',
    "c16 as a key": rb'{"\ud800": 1}',
    "c20 two documents": b"{}{}",
    "c20 a comment": b"{}//x",
    "c20 a comment inside": b"{/* x */}",
    "c20 a comma too many": b"[1,]",
    "c20 text behind": b"{} x",
    "c20 NUL behind": b"{}\x00",
}


@pytest.mark.parametrize("what", BROKEN)
def test_c06_c07_c08_c09_c12_c13_c15_c16_c20_what_is_no_json_is_400(wire: Wire, what: str) -> None:
    answer = wire.ask("POST", "/api/echo/body", BROKEN[what], content_type=JSON)
    assert (answer.status, answer.header("content-type")) == (400, PROBLEM)
    assert answer.json()["detail"].startswith("The body ")


READ: dict[str, tuple[bytes, Any]] = {
    "c06 100 levels": (100 * b"[" + 100 * b"]", json.loads(100 * "[" + 100 * "]")),
    "c08 least float": (b"5e-324", 5e-324),
    "c09 4,300 digits": (4_300 * b"9", 10**4_300 - 1),
    "c09 2**53 + 1": (b"9007199254740993", 2**53 + 1),
    "c09 2**64": (b"18446744073709551616", 2**64),
    "c10 duplicate keys": (b'{"role": "user", "role": "admin"}', {"role": "admin"}),
    "c16 a pair": (rb'"\ud83d\ude00"', "\U0001f600"),
    "c17 NUL": (rb'"a\u0000b"', "a\0b"),
    "c19 number": (b"1", 1),
    "c19 null": (b"null", None),
    "c19 text": (b'"x"', "x"),
    "c19 list": (b"[]", []),
    "c19 true": (b"true", True),
    "c37 promise": (b'{"then": {"__reduce__": ["x"]}}', {"then": {"__reduce__": ["x"]}}),
    "c37 type": (b'{"$type": "System.IO"}', {"$type": "System.IO"}),
}


@pytest.mark.parametrize("what", READ)
def test_c06_c08_c09_c10_c16_c17_c19_c37_what_is_json_is_read_as_it_was_sent(
    wire: Wire, what: str
) -> None:
    sent, value = READ[what]
    answer = wire.ask("POST", "/api/echo/body", sent, content_type=JSON)
    assert (answer.status, answer.json()["value"]) == (200, value)


NAMES = ["__proto__", "constructor", "__class__", "__init__", "_connector", "_negated", "self", "*"]


@pytest.mark.parametrize("name", NAMES)
def test_c11_names_that_mean_something_to_programs_are_plain_data(wire: Wire, name: str) -> None:
    body = json.dumps({name: {name: "OR"}}).encode()
    answer = wire.ask("POST", "/api/echo/body", body, content_type=JSON)
    assert answer.json()["value"] == {name: {name: "OR"}}
    form = f"{name}=OR".encode()
    answer = wire.ask(
        "POST", "/api/echo/body", form, content_type="application/x-www-form-urlencoded"
    )
    assert answer.json() == {"method": "POST", "type": "Query", "value": {name: "OR"}}
    answer = wire.ask("GET", f"/api/echo/query?{name}=OR")
    assert answer.json() == {"shown": {name: "OR"}, "lists": {name: ["OR"]}}


HEAVY = {
    "c34 distinct keys": b"{" + b",".join(b'"%d":0' % i for i in range(100_000)) + b"}",
    "c34 numbers that collide": b"[" + b",".join(b"%d" % (i * (2**61 - 1)) for i in range(40_000)),
    "c35 empty objects": b"[" + b",".join(340_000 * [b"{}"]) + b"]",
    "c36 quotes": 500_000 * b'"\\',
    "c36 brackets in texts": b"[" + b",".join(100_000 * [b'"[[[{{']) + b"]",
    "c36 open brackets": 500_000 * b"[{",
    "c36 quotes behind brackets": 101 * b"[" + 20_000 * b'"\\',
}


@pytest.mark.parametrize("what", HEAVY)
def test_c34_c35_c36_a_body_made_to_hurt_takes_less_than_a_second(
    gunicorn: Wire, what: str
) -> None:
    assert len(HEAVY[what]) < 1_048_576
    before = gunicorn.resident()
    start = time.perf_counter()
    answer = gunicorn.ask("POST", "/api/echo/read", HEAVY[what], content_type=JSON)
    assert answer.status in (200, 400)
    assert time.perf_counter() - start < 3
    assert gunicorn.resident() - before < 65_000_000
