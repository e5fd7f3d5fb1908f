"""A handler that puts a client's text into a header cannot be made to start another one."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.http import HttpRequest

from fileapi.http.response import Response

from .conftest import Wire
from .raw import request

CONTROLS = ["\r\n", "\n", "\r", "\0", "\x0b", "\x0c", "\x1b", "\x7f", "\x85", "\x9b"]


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize("name", ["X-A", "Location", "Cache-Control", "Content-Type"])
def test_d17_d18_a_control_character_in_a_value_is_refused(name: str, control: str) -> None:
    for value in (f"a{control}Set-Cookie: x=1", [f"a{control}b"], control):
        res = Response()
        with pytest.raises(ValueError, match="control character"):
            res.set_header(name, value)
        assert res.get_header(name) is None


@pytest.mark.parametrize(
    "name", ["X Y", "", "X:Y", "X\r\nY", "X\0", "\xe9", "X,Y", "X(", " X", "X "]
)
def test_d19_what_is_no_token_is_no_header_name(name: str) -> None:
    with pytest.raises(ValueError, match="is no header name"):
        Response().set_header(name, "1")


ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,x",
    "ftp://evil.example",
    "/x\r\nSet-Cookie: a=1",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_d21_a_redirect_that_only_looks_relative_is_refused(wire: Wire, target: str) -> None:
    answer = wire.ask("GET", f"/api/answers/redirect?to={quote(target)}")
    assert (answer.status, answer.header("location")) == (500, None)


SAME_HOST = {
    "/ok": "/ok",
    "/\t/evil.example": "/%09/evil.example",
    "\t//evil.example": "%09//evil.example",
    " //evil.example": "%20//evil.example",
    "/%0d%0aX:1": "/%0d%0aX:1",
    "/.//evil.example": "/.//evil.example",
    "?a=//evil.example": "?a=//evil.example",
    "/caf\u00e9": "/caf%C3%A9",
}


@pytest.mark.parametrize("target", SAME_HOST)
def test_d21_a_relative_redirect_stays_on_the_host(wire: Wire, target: str) -> None:
    answer = wire.ask("GET", f"/api/answers/redirect?to={quote(target)}")
    assert (answer.status, answer.header("location")) == (307, SAME_HOST[target])


@pytest.mark.parametrize(
    ("target", "status"),
    [(None, 307), ("", 307), ("/x", 200), ("/x", 300), ("/x", 304), ("/x", 399), ("/x", 404)],
)
def test_d22_a_redirect_has_a_target_and_one_of_five_statuses(target: Any, status: int) -> None:
    res = Response()
    with pytest.raises(ValueError, match="redirect"):
        res.redirect(target, status)
    assert not res.answered


FILE_NAMES = {
    'a";x.bat': 'attachment; filename="a\\";x.bat"',
    "a\\": 'attachment; filename="a\\\\"',
    "a\r\nSet-Cookie: x=1": "attachment; filename*=utf-8''a%0D%0ASet-Cookie%3A%20x%3D1",
    "a\0b": "attachment; filename*=utf-8''a%00b",
    "\u00e9.txt": "attachment; filename*=utf-8''%C3%A9.txt",
    "a; filename*=x": 'attachment; filename="a; filename*=x"',
    "../../x": 'attachment; filename="../../x"',
}


@pytest.mark.parametrize("name", FILE_NAMES)
def test_d26_a_file_name_is_one_parameter(wire: Wire, name: str) -> None:
    answer = wire.ask("GET", f"/api/answers/file?name={quote(name)}")
    assert (answer.status, answer.body) == (200, b"data")
    assert answer.header("content-disposition") == FILE_NAMES[name]
    assert answer.header("set-cookie") is None


ATTRIBUTES = [
    {"path": "/; Domain=evil.example"},
    {"path": "/\r\nX: y"},
    {"domain": "a.example; Path=/x"},
    {"domain": "a.example, b=c"},
    {"samesite": "Lax; Domain=evil.example"},
    {"expires": "x; Domain=evil.example"},
    {"expires": "x\r\nX: y"},
    {"max_age": "1; Domain=evil.example"},
]


@pytest.mark.parametrize("options", ATTRIBUTES, ids=str)
def test_e11_an_option_of_a_cookie_starts_no_other_attribute(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - some are Django's own words
        Response().set_cookie("k", "v", **options)


@pytest.mark.parametrize("option", ["path", "domain"])
def test_e11_deleting_a_cookie_starts_no_other_attribute(option: str) -> None:
    with pytest.raises(ValueError, match="would start a new attribute"):
        Response().delete_cookie("k", **{option: "/; Domain=evil.example"})


@pytest.mark.parametrize("name", ["a;b", "a b", "a=b", "", "a\r\nb", "a,b", "\xe9"])
def test_e12_what_is_no_token_is_no_cookie_name(name: str) -> None:
    with pytest.raises(ValueError, match="set_cookie"):
        Response().set_cookie(name, "1")


def test_e12_a_cookie_value_is_quoted_and_stays_a_value(wire: Wire) -> None:
    got = wire.send(request("GET", "/api/answers/cookies"), wait=5, expect=1)
    cookies = [value for name, value in got.only.headers if name == "set-cookie"]
    assert [cookie.partition("; HttpOnly")[0] for cookie in cookies] == [
        "plain=1",
        r'bad="b\015\012X-Injected: 1\073 Domain=evil.example"',
    ]
    assert got.only.header("x-injected") is None
    assert all(cookie.endswith("HttpOnly; Path=/; SameSite=Lax; Secure") for cookie in cookies)


def test_d17_an_answer_of_the_server_has_no_header_that_a_client_wrote(wire: Wire) -> None:
    line = "/api/nix%0d%0aX-Injected:1?%0d%0aX-Injected:1"
    for answer in (wire.ask("GET", line), wire.ask("DELETE", "/api/health?%0d%0aX-Injected:1")):
        assert answer.status in (404, 405)
        assert "x-injected" not in str(answer.headers).lower()
    plain = HttpRequest()
    assert Response().json(1).finish(plain).headers.get("X-Injected") is None
