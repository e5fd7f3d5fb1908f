"""The big list of naughty strings, at every place where a client's text can stand."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from os.path import splitext
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import pytest

from tests.naughty import strings

from .conftest import Wire
from .raw import Answer, Connection, request


@pytest.fixture
def each(wire: Wire, need: Any) -> Any:
    """Send every string on one connection, and compare what comes back with what is expected."""
    sent = strings(need)

    def check(
        send: Callable[[str], bytes],
        said: Callable[[Answer], Any],
        expected: Callable[[str], Any] = str,
    ) -> int:
        """Return how many were answered 200; the others are 4xx."""
        echoed = 0
        with Connection(wire.port) as connection:
            for text in sent:
                answer = connection.ask(send(text))
                if answer.status == 200:
                    echoed += 1
                    assert said(answer) == expected(text), text
                else:
                    assert 400 <= answer.status < 500, (answer, text)
        return echoed

    return check


def test_i27_in_a_path(each: Any) -> None:
    echoed = each(
        lambda text: request("GET", f"/api/echo/paths/{quote(text, safe='')}"),
        lambda answer: "/".join(answer.json()),
        lambda text: text.removesuffix("/"),  # /x and /x/ are one URL
    )
    assert echoed > 470


def test_i27_in_a_header(each: Any) -> None:
    """A header is bytes, which Python shows as Latin-1; blanks at its ends are none of it."""
    echoed = each(
        lambda text: request("GET", "/api/echo/header", b"", b"X-Echo: " + text.encode()),
        lambda answer: (answer.json() or "").encode("latin-1").strip(b" \t"),
        lambda text: text.encode().strip(b" \t"),
    )
    assert echoed > 480


def test_i27_in_a_cookie_as_it_is(each: Any) -> None:
    """What a semicolon ends, and quotes change, is a matter of RFC 6265 and of no server error."""
    echoed = each(
        lambda text: request("GET", "/api/echo/cookies", b"", b"Cookie: n=" + text.encode()),
        lambda answer: answer.json() and None,
        lambda text: None,
    )
    assert echoed > 480


def test_i27_in_a_query_a_cookie_and_json_at_once(each: Any) -> None:
    """The cookie as programs write it, JSON as a value in both spellings and as a key."""
    echoed = each(
        lambda text: request(
            "POST",
            f"/api/echo/all?q={quote_plus(text)}",
            f"[{json.dumps(text)}, {_in_utf8(text)}, {{{json.dumps(text)}: 1}}]".encode(),
            f"Cookie: a=1; naughty={quote(text, safe='')}; b=2",
            content_type="application/json",
        ),
        lambda answer: answer.json(),
        lambda text: {
            "query": {"q": [text]},
            "cookies": {"a": "1", "naughty": quote(text, safe=""), "b": "2"},
            "body": [text, text, {text: 1}],
        },
    )
    assert echoed == 515


def test_i27_in_a_form(each: Any) -> None:
    echoed = each(
        lambda text: request(
            "POST",
            "/api/echo/body",
            urlencode({"field": text, text: "x"}).encode(),
            content_type="application/x-www-form-urlencoded",
        ),
        lambda answer: answer.json()["value"],
        lambda text: {"field": text, text: "x"},
    )
    assert echoed == 515


def test_i27_in_a_multipart_form_as_a_value_and_as_a_file_name(each: Any) -> None:
    """As browsers write a name. Django keeps its last part, and drops what cannot be printed."""
    echoed = each(
        lambda text: request(
            "POST",
            "/api/echo/upload",
            _part(b'name="field"', text.encode())
            + _part(b'name="file"; filename="' + _as_browsers_do(text) + b'"', b"1")
            + b"--b--\r\n",
            content_type="multipart/form-data; boundary=b",
        ),
        lambda answer: [answer.json()["fields"].pop("field"), _names(answer)],
        lambda text: [[text], _as_django_does(text)],
    )
    assert echoed == 515


def _in_utf8(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _names(answer: Answer) -> list[str]:
    return [name for _, name, _ in answer.json()["files"]]


def _part(parameters: bytes, value: bytes) -> bytes:
    head = b"--b\r\nContent-Disposition: form-data; " + parameters + b"\r\n\r\n"
    return head + value + b"\r\n"


def _as_browsers_do(name: str) -> bytes:
    for character in '"\r\n':
        name = name.replace(character, quote(character))
    return name.encode()


def _as_django_does(text: str) -> list[str]:
    name = html.unescape(_as_browsers_do(text).decode().replace("\\\\", "\\"))
    name = name.rsplit("/")[-1].rsplit("\\")[-1]
    name = "".join(character for character in name if character.isprintable())
    stem, ending = splitext(name)
    return [] if name in ("", ".", "..") else [stem[: 255 - len(ending)] + ending]
