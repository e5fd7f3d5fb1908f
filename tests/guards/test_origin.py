"""Another site cannot make a browser change anything with this site's cookies."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.middleware.csrf import CsrfViewMiddleware
from django.test import RequestFactory

from fileapi.config import DEFAULTS
from fileapi.guards.origin import same_origin
from fileapi.http.errors import HttpError
from fileapi.http.request import Request
from fileapi.http.response import Response

OWN = "http://testserver"
OTHER = "https://evil.example"
TRUSTED = "https://app.example.com"


def passes(secure: bool = False, **headers: str) -> bool:
    request = RequestFactory().post("/", secure=secure, headers={"host": "testserver", **headers})
    if "cookie" not in headers:
        del request.META["HTTP_COOKIE"]  # the factory always sends one, if an empty one
    try:
        same_origin(Request(request, {}, DEFAULTS), Response())
    except HttpError as error:
        assert (error.status, error.detail) == (403, "The request comes from another origin.")
        return False
    return True


@pytest.fixture(autouse=True)
def trusted(settings: Any) -> None:
    settings.CSRF_TRUSTED_ORIGINS = [TRUSTED, "https://*.sub.example.com"]


@pytest.mark.parametrize(
    ("headers", "passed"),
    [
        # No browser says where it comes from: no browser.
        ({}, True),
        # What the browser says of itself decides first.
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-origin", "origin": OTHER}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": ""}, False),
        ({"sec-fetch-site": "Same-Origin"}, False),
        ({"sec-fetch-site": "cross-site", "origin": OTHER}, False),
        ({"sec-fetch-site": "cross-site", "origin": TRUSTED}, True),
        ({"sec-fetch-site": "same-site", "origin": TRUSTED}, True),
        ({"sec-fetch-site": "same-site", "origin": OWN}, True),
        ({"sec-fetch-site": "cross-site", "referer": f"{TRUSTED}/page"}, True),
        # Then Origin.
        ({"origin": OWN}, True),
        ({"origin": OTHER}, False),
        ({"origin": TRUSTED}, True),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"origin": "https://testserver"}, False),
        ({"origin": "http://testserver:8000"}, False),
        ({"origin": "http://testserver.evil.example"}, False),
        ({"origin": "http://eviltestserver"}, False),
        ({"origin": f"{OWN}/"}, False),
        ({"origin": "http://app.example.com"}, False),
        ({"origin": OTHER, "referer": f"{OWN}/page"}, False),
        ({"origin": OWN, "referer": f"{OTHER}/page"}, True),
        # Then Referer.
        ({"referer": f"{OWN}/page?x=1"}, True),
        ({"referer": OWN}, True),
        ({"referer": f"{OTHER}/page"}, False),
        ({"referer": f"{TRUSTED}/page"}, True),
        ({"referer": f"{OTHER}/{OWN}/"}, False),
        ({"referer": "http://testserver@evil.example/"}, False),
        ({"referer": "http://testserver:80@evil.example/"}, False),
        ({"referer": "http://[broken"}, False),
        ({"referer": "nonsense"}, False),
        ({"referer": "//testserver/"}, False),
    ],
)
def test_an_unsafe_request_with_a_cookie_passes_from_the_own_or_a_trusted_origin(
    headers: dict[str, str], passed: bool
) -> None:
    assert passes(cookie="a=b", **headers) is passed
    assert passes(**headers) is True
    assert passes(cookie="a=b", authorization="Bearer x", **headers) is True


def test_any_cookie_counts() -> None:
    for cookie in ("sessionid=1", "theme=dark", "broken"):
        assert passes(cookie=cookie, origin=OTHER) is False


def test_an_empty_cookie_header_as_djangos_test_client_sends_carries_none() -> None:
    assert passes(cookie="", origin=OTHER) is True


def test_over_tls_the_own_origin_is_that_of_tls() -> None:
    assert passes(secure=True, cookie="a=b", origin="https://testserver") is True
    assert passes(secure=True, cookie="a=b", origin=OWN) is False


def test_behind_a_proxy_the_own_origin_is_that_of_the_client(settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    headers = {"cookie": "a=b", "x-forwarded-proto": "https"}
    assert passes(origin="https://testserver", **headers) is True
    assert passes(origin=OWN, **headers) is False


TRUSTED_FORMS = [
    ["https://*.example.com"],
    ["https://*example.com"],
    ["https://*"],
    ["https://*.example.com:8443"],
    ["http://*.example.com"],
    ["https://example.com"],
    ["https://example.com:8443"],
    ["https://a.example.com", "https://b.example.com"],
    [],
]
ORIGINS = [
    "https://example.com",
    "https://a.example.com",
    "https://a.b.example.com",
    "https://evilexample.com",
    "https://example.com.evil.example",
    "https://a.example.com:8443",
    "https://example.com:8443",
    "http://a.example.com",
    "https://.example.com",
    "https://evil.example",
    "null",
]


@pytest.mark.parametrize("forms", TRUSTED_FORMS, ids=" ".join)
@pytest.mark.parametrize("origin", ORIGINS)
def test_csrf_trusted_origins_mean_what_they_mean_to_django(
    settings: Any, forms: list[str], origin: str
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = forms
    request = RequestFactory().post("/", headers={"origin": origin})
    django = CsrfViewMiddleware(lambda request: SimpleNamespace())  # type: ignore[arg-type]
    assert passes(cookie="a=b", origin=origin) is django._origin_verified(request)


CROSS_SITE = {"cookie": "sessionid=1", "origin": OTHER}
CONTENT_TYPES = [
    "application/json",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
]


@pytest.mark.parametrize("content_type", CONTENT_TYPES)
@pytest.mark.parametrize("kind", ["def", "async def"])
def test_the_content_type_never_decides(api: Any, kind: str, content_type: str) -> None:
    served = api({"a.py": f"{kind} POST(): return 'let in'"})
    options: dict[str, Any] = {"data": b"{}", "content_type": content_type}
    assert served.post("/api/a", headers=CROSS_SITE, **options).status_code == 403
    headers = {**CROSS_SITE, "authorization": "Bearer x"}
    assert served.post("/api/a", headers=headers, **options).json() == "let in"


@pytest.mark.parametrize(
    "files",
    [
        {"a.py": "def handler(res): res.json(1)"},
        {"a.py": "def POST(): return 1\ndef PUT(): return 1\ndef PATCH(): return 1\n"
                 "def DELETE(): return 1\ndef GET(): return 1\ndef OPTIONS(): return 1"},
    ],
    ids=["handler", "methods"],
)  # fmt: skip
def test_every_unsafe_method_is_guarded_and_no_safe_one(api: Any, files: dict[str, str]) -> None:
    served = api(files)
    statuses = {
        method: served.request(method, "/api/a", headers=CROSS_SITE).status_code
        for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
    }
    assert statuses == {
        "GET": 200,
        "HEAD": 200,
        "OPTIONS": 200,
        "POST": 403,
        "PUT": 403,
        "PATCH": 403,
        "DELETE": 403,
    }


def test_a_refusal_runs_neither_middleware_nor_handler_and_reads_no_body(api: Any) -> None:
    served = api(
        {
            "_middleware.py": "def middleware(req, res, next): raise RuntimeError",
            "a.py": "def POST(body): raise RuntimeError",
        }
    )
    response = served.post(
        "/api/a", headers=CROSS_SITE, data=b"{broken", content_type="application/json"
    )
    assert response.json() == {
        "type": "about:blank",
        "title": "Forbidden",
        "status": 403,
        "detail": "The request comes from another origin.",
    }


def test_a_host_that_is_not_allowed_is_a_malformed_request(api: Any) -> None:
    served = api({"a.py": "def POST(): return 1"})
    headers = {**CROSS_SITE, "host": "evil.example", "origin": "http://evil.example"}
    assert served.post("/api/a", headers=headers).status_code == 400
