"""What browsers add to a request, and what an answer tells them."""

from __future__ import annotations

import time
from typing import Any

import pytest

from .conftest import Wire
from .raw import request

EVIL = ["https://evil.example", "null", "http://127.0.0.1.evil.example", "http://127x0.0.1"]
COOKIE = "Cookie: sessionid=1"
ONE_ID = "X-Request-ID: 1"  # each request has one of its own otherwise
REFUSED = {
    "type": "about:blank",
    "title": "Forbidden",
    "status": 403,
    "detail": "The request comes from another origin.",
}


@pytest.mark.parametrize("origin", [*EVIL, "http://127.0.0.1"])
def test_e01_e02_no_answer_opens_itself_to_an_origin_that_nobody_named(
    wire: Wire, origin: str
) -> None:
    for method, target in (("GET", "/api/health"), ("GET", "/api/nix"), ("OPTIONS", "/api/health")):
        plain = wire.ask(method, target, b"", ONE_ID)
        answer = wire.ask(method, target, b"", ONE_ID, f"Origin: {origin}", "Cookie: theme=dark")
        assert _comparable(answer.headers) == _comparable(plain.headers)
        assert (answer.status, answer.body) == (plain.status, plain.body)
        assert not any(name.startswith("access-control-") for name, _ in answer.headers)
        assert answer.header("vary") == "origin"


def test_e01_e02_fileapi_alone_neither_opens_an_answer_nor_lets_it_depend_on_an_origin(
    api: Any, settings: Any
) -> None:
    settings.MIDDLEWARE = []
    site = api({"a.py": "def GET(): return 1"})
    for method, target in (("GET", "/api/a"), ("GET", "/api/nix"), ("OPTIONS", "/api/a")):
        answer = site.request(method, target, headers={"Origin": "https://evil.example"})
        names = [name.lower() for name in answer.headers]
        assert not any(name == "vary" or name.startswith("access-control-") for name in names)


def test_e03_a_preflight_runs_no_handler_and_asks_for_no_login(wire: Wire) -> None:
    # Below a folder that asks for a login, a method function, `handler`, and one that fails.
    for target in ("/api/admin/users", "/api/health", "/api/echo/body", "/api/broken"):
        answer = wire.ask(
            "OPTIONS",
            target,
            b"",
            "Origin: https://a.example",
            "Access-Control-Request-Method: PUT",
        )
        assert (answer.status, answer.body) == (200, b"")
        assert not any(name.startswith("access-control-") for name, _ in answer.headers)


def test_e03_without_the_middleware_method_functions_answer_it(api: Any, settings: Any) -> None:
    settings.MIDDLEWARE = []
    closed = "from fileapi import HttpError\ndef middleware(req, res, next): raise HttpError(401)"
    site = api({"_middleware.py": closed, "a.py": "def PUT(): raise RuntimeError"})
    headers = {"Origin": "https://a.example", "Access-Control-Request-Method": "PUT"}
    answer = site.options("/api/a", headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Allow"] == "PUT, OPTIONS"


METHODS = ["POST", "PUT", "PATCH", "DELETE"]
TYPES = [
    None,
    "text/plain",
    "TEXT/PLAIN",
    "Application/JSON",
    "multipart/form-data; boundary=b",
    "application/x-www-form-urlencoded",
]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("content_type", TYPES)
def test_e04_e05_the_content_type_never_turns_the_check_of_the_origin_off(
    wire: Wire, method: str, content_type: str | None
) -> None:
    how: Any = {"content_type": content_type} if content_type else {}
    for origin in EVIL:
        answer = wire.ask(method, "/api/echo/body", b"{}", COOKIE, f"Origin: {origin}", **how)
        assert (answer.status, answer.json()) == (403, REFUSED)


WHERE_FROM = {
    "cross-site": ("Sec-Fetch-Site: cross-site",),
    "same-site": ("Sec-Fetch-Site: same-site",),
    "evil": ("Origin: https://evil.example",),
    "null": ("Origin: null",),
    "referer": ("Referer: https://evil.example/page",),
    "referer of a neighbour": ("Referer: http://127.0.0.1.evil.example/",),
    "evil, and a good referer": ("Origin: https://evil.example", "Referer: http://127.0.0.1/"),
    "two origins": ("Origin: http://127.0.0.1", "Origin: https://evil.example"),
    "two sites": ("Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site"),
}


@pytest.mark.parametrize("what", WHERE_FROM)
def test_e06_e08_an_unsafe_request_with_a_cookie_from_elsewhere_is_403(
    wire: Wire, what: str
) -> None:
    answer = wire.ask("POST", "/api/echo/body", b"{}", COOKIE, *WHERE_FROM[what])
    assert (answer.status, answer.json()) == (403, REFUSED)


def test_e04_from_here_it_passes(wire: Wire) -> None:
    for header in (
        "Sec-Fetch-Site: same-origin",
        "Sec-Fetch-Site: none",
        "Origin: http://127.0.0.1",
        "Referer: http://127.0.0.1/page",
    ):
        assert wire.ask("POST", "/api/unread", b"{}", COOKIE, header).status == 200


def test_e07_with_a_bearer_the_cookie_counts_for_nothing(wire: Wire) -> None:
    cross = (COOKIE, "Origin: https://evil.example")
    bad = wire.ask("POST", "/api/admin/users", b"1", "Authorization: Bearer bad", *cross)
    good = wire.ask(
        "POST",
        "/api/admin/users",
        b"1",
        "Authorization: Bearer good",
        *cross,
        content_type="application/json",
    )
    assert (bad.status, good.status, good.json()) == (401, 200, 1)


def test_e10_every_cookie_is_http_only_lax_and_secure(wire: Wire) -> None:
    answer = wire.ask("GET", "/api/answers/cookies")
    cookies = [value for name, value in answer.headers if name == "set-cookie"]
    assert len(cookies) == 2
    for cookie in cookies:
        assert cookie.endswith("; HttpOnly; Path=/; SameSite=Lax; Secure")


COOKIES: dict[bytes, dict[str, str]] = {
    b"a=1; a=2": {"a": "2"},
    b"a=1;b=2;  c=3": {"a": "1", "b": "2", "c": "3"},
    b"__Host-s=1; s=2": {"__Host-s": "1", "s": "2"},
    b"=__Host-s=evil": {"": "__Host-s=evil"},
    b"nothing": {"": "nothing"},
    rb'a="\073"': {"a": ";"},
    b'a="b; c=d"': {"a": '"b', "c": 'd"'},
    b"a=b=c": {"a": "b=c"},
    b";;;": {},
}


@pytest.mark.parametrize("sent", COOKIES)
def test_e13_cookies_are_read_by_one_rule_and_the_last_of_a_name_wins(
    wire: Wire, sent: bytes
) -> None:
    answer = wire.ask("GET", "/api/echo/cookies", b"", b"Cookie: " + sent)
    assert (answer.status, answer.json()) == (200, COOKIES[sent])


def test_e13_five_hundred_cookies_take_no_time(wire: Wire) -> None:
    line = "Cookie: " + "; ".join(f"c{number}=1" for number in range(500))
    start = time.perf_counter()
    assert len(wire.ask("GET", "/api/echo/cookies", b"", line).json()) == 500
    assert time.perf_counter() - start < 2


ANSWERS = {
    "/api/health": "application/json",
    "/api/answers/text": "text/plain; charset=utf-8",
    "/api/answers/file?name=a.html": "text/html",
    "/api/answers/redirect?to=/x": None,
    "/api/answers/events": "text/event-stream",
    "/api/streams/broken": "application/octet-stream",
    "/api/nothing": None,
    "/api/nix": "application/problem+json",
    "/api/admin/users": "application/problem+json",
    "/api/broken": "application/problem+json",
    **{
        f"/api/answers/refused?status={status}": "application/problem+json"
        for status in (400, 403, 409, 411, 413, 415, 416, 422, 429, 503)
    },
}


@pytest.mark.parametrize("target", ANSWERS)
def test_e14_every_answer_says_what_browsers_may_do_with_it(wire: Wire, target: str) -> None:
    answer = wire.send(request("GET", target, close=True), wait=5).only
    assert answer.header("content-type") == ANSWERS[target]
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("referrer-policy") == "same-origin"
    if (ANSWERS[target] or "").endswith("json"):
        policy = "default-src 'none'; frame-ancestors 'none'"
        assert answer.header("content-security-policy") == policy


SMALL = {
    "json.py": "def GET(): return 1",
    "text.py": "def GET(res): res.send('x')",
    "nothing.py": "def GET(res): res.status(204).end()",
    "stream.py": "def GET(res): res.send(iter(['x']))",
    "file.py": "def GET(res):\n    from io import BytesIO\n    res.file(BytesIO(b'x'))",
    "bug.py": "def GET(): raise RuntimeError",
}


@pytest.mark.parametrize("name", ["json", "text", "nothing", "stream", "file", "bug", "nix"])
def test_e14_no_middleware_of_django_is_needed_for_it(api: Any, settings: Any, name: str) -> None:
    settings.MIDDLEWARE = []
    response = api(SMALL).get(f"/api/{name}")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert ("Content-Security-Policy" in response.headers) is (name in ("json", "bug", "nix"))


def test_e14_over_tls_an_answer_asks_for_tls_from_then_on(api: Any, settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS = 60
    response = api({"a.py": "def GET(): return 1"}).client.get("/api/a", secure=True)
    assert response.headers["Strict-Transport-Security"] == "max-age=60"


SCRIPT = "%3Cscript%3Ealert(1)%3C/script%3E"


@pytest.mark.parametrize(
    "target",
    [
        f"/api/{SCRIPT}",
        f"/api/health/{SCRIPT}",
        f"/api/health?{SCRIPT}",
        f"/api/answers/file?{SCRIPT}=1",
        f"/api/answers/redirect?{SCRIPT}",
    ],
)
def test_e15_an_error_quotes_nothing_of_the_url_and_is_no_page(wire: Wire, target: str) -> None:
    for method in ("GET", "DELETE"):
        answer = wire.ask(method, target, b"", "Accept: text/html")
        assert b"<" not in answer.body
        assert "html" not in (answer.header("content-type") or "")


def _comparable(headers: list[tuple[str, str]]) -> dict[str, str]:
    return {name: value for name, value in headers if name != "date"}
