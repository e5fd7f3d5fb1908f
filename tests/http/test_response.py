"""``res``: what each call sets, and what it refuses."""

from __future__ import annotations

import datetime
from http import HTTPStatus
from typing import Any

import pytest
from django.http import HttpResponse
from django.http.response import ResponseHeaders

from fileapi.http.errors import HttpError
from fileapi.http.pending import Unanswerable
from fileapi.http.ready import BareResponse, ReadyResponse
from fileapi.http.response import Response

from .requests import finished


@pytest.fixture
def res() -> Response:
    return Response()


def sent(res: Response, method: str = "GET") -> dict[str, Any]:
    """Return status, headers and body as a client sees them, without what many answers carry."""
    response = finished(res, method)
    common = ("ETag", "X-Content-Type-Options", "Content-Security-Policy")
    headers = {name: value for name, value in response.headers.items() if name not in common}
    return {"status": response.status_code, **headers, "body": response.content}


TEXT = "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("call", "content_type", "body"),
    [
        (lambda res: res.json({"a": "ä"}), "application/json", '{"a":"ä"}'.encode()),
        (lambda res: res.json(None), "application/json", b"null"),
        (lambda res: res.send("ä"), TEXT, "ä".encode()),
        (lambda res: res.send(""), TEXT, b""),
        (lambda res: res.send(b"\x00"), "application/octet-stream", b"\x00"),
        (lambda res: res.send(bytearray(b"ba")), "application/octet-stream", b"ba"),
        (lambda res: res.send(memoryview(b"mv")), "application/octet-stream", b"mv"),
        (lambda res: res.send({"a": 1}), "application/json", b'{"a":1}'),
        (lambda res: res.send([1]), "application/json", b"[1]"),
        (lambda res: res.send(0), "application/json", b"0"),
        (lambda res: res.end("text"), TEXT, b"text"),
        (lambda res: res.end(b"x"), "application/octet-stream", b"x"),
    ],
)
def test_an_answer_has_its_type_and_length(
    res: Response, call: Any, content_type: str, body: bytes
) -> None:
    assert call(res) is res
    assert sent(res) == {
        "status": 200,
        "Content-Type": content_type,
        "Content-Length": str(len(body)),
        "body": body,
    }


def test_E14_no_answer_is_sniffed_and_json_is_no_page(res: Response) -> None:
    def safety(answer: Response) -> tuple[str | None, str | None]:
        headers = finished(answer).headers
        return headers["X-Content-Type-Options"], headers.get("Content-Security-Policy")

    no_page = "default-src 'none'; frame-ancestors 'none'"
    assert safety(Response().json(1)) == ("nosniff", no_page)
    assert safety(Response().refuse(HttpError(404))) == ("nosniff", no_page)
    assert safety(Response().send("text")) == ("nosniff", None)
    assert safety(Response().stream([b"x"])) == ("nosniff", None)
    assert safety(Response().status(204).end()) == ("nosniff", None)
    own = Response().set_header("Content-Security-Policy", "default-src 'self'").json(1)
    assert safety(own) == ("nosniff", "default-src 'self'")


@pytest.mark.parametrize("call", [Response.end, lambda res: res.send(None)])
def test_an_empty_answer_has_no_type(res: Response, call: Any) -> None:
    assert sent(call(res)) == {"status": 200, "Content-Length": "0", "body": b""}


@pytest.mark.parametrize("first", [True, False])
def test_a_content_type_that_the_handler_set_is_kept(res: Response, first: bool) -> None:
    if first:
        res.set_header("Content-Type", "text/csv").send("a;b")
    else:
        res.send("a;b").set_header("Content-Type", "text/csv")
    assert sent(res)["Content-Type"] == res.get_header("Content-Type") == "text/csv"


@pytest.mark.parametrize("code", [200, 201, 299, 300, 404, 500, 599])
def test_a_status_is_set_and_chains(res: Response, code: int) -> None:
    assert sent(res.status(code).end())["status"] == code


def test_a_status_of_the_standard_library_is_a_status(res: Response) -> None:
    assert sent(res.status(HTTPStatus.CREATED).end())["status"] == 201


@pytest.mark.parametrize("code", [100, 101, 199, 600, 0, -1, 20])
def test_a_number_out_of_range_is_no_status(res: Response, code: int) -> None:
    with pytest.raises(ValueError, match="a status is a number from 200 to 599"):
        res.status(code)


@pytest.mark.parametrize("code", ["200", 200.0, None, True])
def test_another_type_is_no_status(res: Response, code: Any) -> None:
    with pytest.raises(TypeError, match="a status is an int"):
        res.status(code)


def test_an_answer_is_given_once(res: Response) -> None:
    res.json(1)
    for again in (lambda: res.json(2), lambda: res.end(), lambda: res.adopt(HttpResponse())):
        with pytest.raises(Unanswerable, match="answered twice"):
            again()
    assert sent(res)["body"] == b"1"


def test_cookies_are_safe_unless_said_otherwise(res: Response, settings: Any) -> None:
    res.set_cookie("a", "1").set_cookie("b", "2", httponly=False, samesite="Strict", secure=False)
    settings.DEBUG = True
    res.set_cookie("c", "3", max_age=60).delete_cookie("d")
    cookies = finished(res.end()).cookies
    assert {name: morsel.OutputString() for name, morsel in cookies.items() if name != "d"} == {
        "a": "a=1; HttpOnly; Path=/; SameSite=Lax; Secure",
        "b": "b=2; Path=/; SameSite=Strict",
        "c": cookies["c"].OutputString(),
    }
    assert (cookies["c"]["max-age"], cookies["c"]["httponly"], cookies["c"]["secure"]) == (
        60,
        True,
        "",
    )
    assert (cookies["d"].value, cookies["d"]["max-age"]) == ("", 0)


def test_cookies_take_djangos_arguments(res: Response) -> None:
    when = datetime.datetime(2030, 1, 2, tzinfo=datetime.UTC)
    res.set_cookie("a", "ä; b", expires=when, path="/x", domain="example.com")
    morsel = finished(res.end()).cookies["a"]
    assert (morsel.value, morsel["path"], morsel["domain"]) == ("ä; b", "/x", "example.com")
    assert morsel["expires"] == "Wed, 02 Jan 2030 00:00:00 GMT"
    assert ";" not in morsel.coded_value


@pytest.mark.parametrize("option", ["path", "domain"])
@pytest.mark.parametrize("text", ["/; Secure", "a,b", "/\r\nX: y", "\x00"])
def test_a_cookie_cannot_smuggle_attributes(res: Response, option: str, text: str) -> None:
    with pytest.raises(ValueError, match="would start a new attribute"):
        res.set_cookie("a", "1", **{option: text})


def test_refusing_keeps_headers_and_cookies_and_drops_those_of_content(res: Response) -> None:
    res.set_header("X-A", "1").set_header("ETag", '"1"').set_header("Last-Modified", "x")
    res.set_header("Cache-Control", "public").set_cookie("c", "1").redirect("/x")
    res.refuse(HttpError(409, headers={"Retry-After": "1"}))
    assert {name: value for name, value in sent(res).items() if name != "body"} == {
        "status": 409,
        "Content-Type": "application/problem+json",
        "X-A": "1",
        "Retry-After": "1",
        "Content-Length": "54",
    }
    assert finished(res).cookies["c"].value == "1"


@pytest.mark.parametrize("kind", [ReadyResponse, BareResponse])
def test_a_ready_response_has_the_attributes_of_djangos_own(kind: type[ReadyResponse]) -> None:
    """HttpResponse.__init__ is not called; a Django with other attributes fails here."""
    plain = HttpResponse()
    store = dict(plain.headers._store)  # type: ignore[attr-defined]
    ours, theirs = vars(kind(200, store, b"", None)), vars(plain)
    assert isinstance(ours["headers"], type(theirs["headers"]))
    assert vars(ours["headers"]).keys() == vars(theirs["headers"]).keys()
    assert dict(ours.pop("headers")) == dict(theirs.pop("headers"))
    assert {name: type(value) for name, value in ours.items()} == {
        **{name: type(value) for name, value in theirs.items()},
        "status_code": int,
    }
    assert ours == {**theirs, "status_code": 200}


@pytest.mark.parametrize(
    "name", ["X-A", "x-a", "X-\u00e4", "X-\n", "X-\r", "", "X A", b"X-A", 1], ids=repr
)
@pytest.mark.parametrize(
    "value",
    ["1", "", "a b", "\u00e4", "\u20ac", "a\tb", "a\nb", "a\r\nB: c", b"1", b"\n", 1, None],
    ids=repr,
)
def test_its_headers_are_set_as_djangos_own(name: Any, value: Any) -> None:
    def outcome(headers: Any) -> Any:
        try:
            headers[name] = value
            headers.setdefault(name, "other")
            headers.setdefault("X-B", "2")
            return list(headers.items()), name in headers, "x-b" in headers
        except Exception as error:
            return type(error)

    response = ReadyResponse(200, {"x-a": ("X-A", "0")}, b"", None)
    assert outcome(response.headers) == outcome(ResponseHeaders({"X-A": "0"}))
    assert list(response.items()) == list(response.headers.items())


def test_a_ready_response_behaves_as_djangos_own() -> None:
    response = ReadyResponse(201, {"x-a": ("X-A", "1")}, b"body", None)
    response["X-B"] = "2"
    response.set_cookie("c", "3")
    response.content += b"!"
    assert (response.content, response.reason_phrase, response.charset) == (
        b"body!",
        "Created",
        "utf-8",
    )
    assert response.serialize_headers() == b"X-A: 1\r\nX-B: 2"
    assert (response.has_header("x-a"), "X-C" in response, response.streaming) == (
        True,
        False,
        False,
    )
