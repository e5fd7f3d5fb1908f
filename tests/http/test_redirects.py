"""Where a redirect may lead."""

from __future__ import annotations

import pytest

from fileapi.http.response import Response

from .requests import finished


@pytest.fixture
def res() -> Response:
    return Response()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("/x", "/x"),
        ("x/y", "x/y"),
        ("../x", "../x"),
        ("?a=b", "?a=b"),
        ("?when=12:30", "?when=12:30"),
        ("#part:2", "#part:2"),
        ("/a:b", "/a:b"),
        ("/x?next=http://y", "/x?next=http://y"),
        ("http://example.com/", "http://example.com/"),
        ("HTTPS://example.com", "HTTPS://example.com"),
        ("/ä b", "/%C3%A4%20b"),
    ],
)
def test_a_redirect_is_a_location_and_an_empty_body(
    res: Response, url: str, location: str, status: int
) -> None:
    response = finished(res.redirect(url, status))
    headers = {name: response.headers.get(name) for name in ("Location", "Content-Type")}
    assert (response.status_code, response.content) == (status, b"")
    assert headers == {"Location": location, "Content-Type": None}


def test_a_redirect_is_307_unless_said_otherwise(res: Response) -> None:
    assert finished(res.redirect("/x")).status_code == 307


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        " javascript:x",
        "java\tscript:x",
        "data:text/html,x",
        "ftp://x",
        "mailto:a@b",
        "/x\r\nSet-Cookie: a=b",
        "/x\n",
        "/\x00",
        "\\\\evil.example",
        "/\\evil.example",
        "http:\\\\evil.example",
        "https:evil.example",
        "http:/evil.example",
        "//evil.example",
        "///evil.example",
        "//evil.example/x:y",
    ],
)
def test_a_redirect_goes_to_no_other_scheme_and_to_nothing_odd(res: Response, url: str) -> None:
    with pytest.raises(ValueError, match=r"res\.redirect\("):
        res.redirect(url)
    assert not res.answered


@pytest.mark.parametrize("status", [200, 300, 304, 305, 306, 400])
def test_a_redirect_has_a_status_of_a_redirect(res: Response, status: int) -> None:
    with pytest.raises(ValueError, match="use one of"):
        res.redirect("/x", status)
