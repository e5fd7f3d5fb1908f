"""What may stand in a response header."""

from __future__ import annotations

from typing import Any

import pytest

from fileapi.http.response import Response

from .requests import finished


@pytest.fixture
def res() -> Response:
    return Response()


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("text", "text"),
        ("", ""),
        ("a\tb", "a\tb"),
        ("ä", "ä"),
        (5, "5"),
        (["GET", "POST"], "GET, POST"),
        (("a", 1), "a, 1"),
        ([], ""),
    ],
)
def test_a_value_is_text_a_number_or_a_list(res: Response, value: Any, line: str) -> None:
    assert res.set_header("X-A", value) is res
    assert res.get_header("x-a") == line
    assert finished(res.end(), "POST").headers["X-A"] == line


@pytest.mark.parametrize(
    "value", ["a\r\nb", "a\nb", "a\rb", "\x00", "\x7f", "\x85", "\x1b[", ["a\n", "b"]]
)
@pytest.mark.parametrize("call", ["set_header", "append_header"])
def test_control_characters_are_refused(res: Response, call: str, value: Any) -> None:
    with pytest.raises(ValueError, match="holds a control character"):
        getattr(res, call)("X-A", value)
    assert res.get_header("X-A") is None


@pytest.mark.parametrize("value", ["€", "日本", "\u2028"])
def test_what_is_not_latin_1_is_refused(res: Response, value: str) -> None:
    with pytest.raises(ValueError, match="is not Latin-1; encode it first"):
        res.set_header("X-A", value)


@pytest.mark.parametrize("value", [None, 1.5, object()])
def test_another_type_is_no_value(res: Response, value: Any) -> None:
    with pytest.raises(ValueError, match="is no header value"):
        res.set_header("X-A", value)


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a\r\n", "ä", "a\x00", "(a)", "a/b"])
def test_a_name_is_a_token(res: Response, name: str) -> None:
    with pytest.raises(ValueError, match="is no header name"):
        res.set_header(name, "x")


@pytest.mark.parametrize(
    "name",
    ["Content-Length", "transfer-encoding", "Connection", "Keep-Alive", "Upgrade", "Set-Cookie"],
)
def test_what_the_server_says_is_not_for_handlers(res: Response, name: str) -> None:
    with pytest.raises(ValueError, match=r"is set by the server, or by res\.set_cookie\(\)"):
        res.set_header(name, "5")


def test_names_are_the_same_in_any_case(res: Response) -> None:
    res.set_header("X-A", "1").set_header("x-a", "2")
    assert (res.get_header("X-a"), finished(res.end(), "POST").headers["x-A"]) == ("2", "2")


def test_appending_adds_to_what_is_there(res: Response) -> None:
    res.append_header("Vary", "Accept").append_header("vary", "Cookie")
    assert res.get_header("Vary") == "Accept, Cookie"


def test_a_removed_header_is_gone(res: Response) -> None:
    res.set_header("X-A", "1").remove_header("x-a").remove_header("never-set")
    assert res.get_header("X-A") is None
    assert "X-A" not in finished(res.end(), "POST").headers


def test_the_type_of_an_answer_can_be_asked_for(res: Response) -> None:
    assert res.get_header("Content-Type") is None
    assert res.json(1).get_header("content-type") == "application/json"


def test_a_middleware_sees_and_changes_the_headers_of_a_django_response(api: Any) -> None:
    served = api(
        {
            "_middleware.py": """
                def middleware(req, res, next):
                    next()
                    res.set_header("X-Saw", res.get_header("X-Own") or "nothing")
                    res.remove_header("X-Own").append_header("Vary", "Accept")
            """,
            "a.py": """
                from django.http import HttpResponse
                def GET(): return HttpResponse(headers={"X-Own": "1", "Vary": "Cookie"})
            """,
        }
    )
    headers = served.get("/api/a").headers
    assert (headers["X-Saw"], headers.get("X-Own"), headers["Vary"]) == (
        "1",
        None,
        "Cookie, Accept, origin",
    )
