"""Which pages of other sites may read what the site answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live.servers import PRODUCTION, REPOSITORY, Server

from .test_settings import refusal
from .test_settings import settings as settings_of

GOOD = "https://good.com"
BAD = [
    "https://evil.com",
    "null",
    "https://good.com.evil.com",
    "https://goodXcom",
    "https://evilgood.com",
    "https://good.com@evil.com",
    "https://good.com:8443",
    "http://good.com",
    "https://sub.good.com",
    "https://[",
    "good.com",
    "//",
    "*",
    "",
]

ROUTES = {
    "functions.py": "def GET(): return 1\ndef PUT(): raise RuntimeError",
    "function.py": "def handler(req, res): raise RuntimeError",
    "coroutine.py": "async def handler(req, res): raise RuntimeError",
    "options.py": "def handler(req, res): res.status(200).json({'seen': req.method})",
    "stream.py": "def GET(res): res.send(iter(['x']))",
    "refused.py": "from fileapi import HttpError\ndef GET(): raise HttpError(401)",
    "write.py": "def POST(): return 1",
    "broken.py": "import nothing_of_this_name",
    "closed/_middleware.py": """
        from fileapi import HttpError
        def middleware(req, res, next): raise HttpError(401)
        """,
    "closed/functions.py": "def PUT(): return 1",
    "closed/function.py": "def handler(req, res): return 1",
    "guarded/_middleware.py": """
        from fileapi import Config
        from rest_framework.authentication import BasicAuthentication
        config = Config(auth=[BasicAuthentication])
        """,
    "guarded/functions.py": "def PUT(): return 1",
    "guarded/function.py": "def handler(req, res): return 1",
}
EVERY = sorted(name.removesuffix(".py") for name in ROUTES if "_middleware" not in name)


@pytest.fixture
def loading() -> str:
    """Import on first use: that makes no difference here."""
    return "lazy"


@pytest.fixture
def site(api: Any, settings: Any) -> Any:
    """Routes behind all of the site's middleware; pages of https://good.com may read them."""
    settings.CORS_ALLOWED_ORIGINS = [GOOD]
    return api(ROUTES)


def from_page(origin: str, **headers: str) -> Any:
    return {"Origin": origin, **headers}


def preflight(site: Any, path: str, origin: str = GOOD) -> Any:
    return site.options(path, headers=from_page(origin, **{"Access-Control-Request-Method": "PUT"}))


def of_cors(response: Any) -> dict[str, str]:
    return {
        name.lower(): value
        for name, value in response.headers.items()
        if name.lower().startswith("access-control-")
    }


def varies(response: Any) -> bool:
    return "origin" in response.headers.get("Vary", "").lower().split(", ")


def test_e01_e02_a_page_of_a_named_origin_reads_the_answer(site: Any) -> None:
    response = site.get("/api/functions", headers=from_page(GOOD))
    assert (response.status_code, response.json(), varies(response)) == (200, 1, True)
    assert of_cors(response) == {
        "access-control-allow-origin": GOOD,
        "access-control-expose-headers": (
            "ETag, Idempotency-Replayed, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID"
        ),
    }


@pytest.mark.parametrize("origin", BAD)
@pytest.mark.parametrize("credentials", [False, True])
def test_e01_e02_no_other_origin_is_named_and_caches_are_told(
    site: Any, settings: Any, origin: str, credentials: bool
) -> None:
    settings.CORS_ALLOW_CREDENTIALS = credentials
    for path in ("functions", "function", "refused", "stream", "nothing"):
        response = site.get(f"/api/{path}", headers=from_page(origin))
        assert "access-control-allow-origin" not in of_cors(response)
        assert varies(response)
    refused = preflight(site, "/api/functions", origin)
    assert (of_cors(refused), varies(refused), refused.content) == ({}, True, b"")


def test_e02_a_cache_is_told_where_a_request_names_no_origin(site: Any) -> None:
    response = site.get("/api/functions")
    assert (of_cors(response), varies(response)) == ({}, True)


@pytest.mark.parametrize(
    ("path", "status"),
    [("refused", 401), ("nothing", 404), ("write", 405), ("function", 500), ("broken", 500)],
)
def test_a_page_that_may_read_answers_may_read_refusals(site: Any, path: str, status: int) -> None:
    response = site.get(f"/api/{path}", headers=from_page(GOOD))
    assert response.status_code == status
    assert of_cors(response)["access-control-allow-origin"] == GOOD


def test_and_streams(site: Any) -> None:
    response = site.get("/api/stream", headers=from_page(GOOD))
    assert of_cors(response)["access-control-allow-origin"] == GOOD


@pytest.mark.parametrize("path", [*EVERY, "nothing"])
def test_e03_a_preflight_runs_no_handler_and_no_guard(site: Any, path: str) -> None:
    response = preflight(site, f"/api/{path}")
    assert (response.status_code, response.content) == (200, b"")
    assert varies(response)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert of_cors(response) == {
        "access-control-allow-origin": GOOD,
        "access-control-allow-methods": "DELETE, GET, OPTIONS, PATCH, POST, PUT",
        "access-control-allow-headers": (
            "accept, authorization, content-type, user-agent, x-csrftoken, x-requested-with, "
            "idempotency-key, if-none-match, traceparent, x-request-id"
        ),
        "access-control-expose-headers": (
            "ETag, Idempotency-Replayed, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID"
        ),
        "access-control-max-age": "86400",
    }


def test_e03_no_redirect_of_the_site_answers_a_preflight(site: Any, settings: Any) -> None:
    settings.PREPEND_WWW = True  # a redirect of CommonMiddleware's
    redirect = site.get("/api/functions", headers=from_page(GOOD))
    assert (redirect.status_code, preflight(site, "/api/functions").status_code) == (301, 200)
    assert of_cors(redirect)["access-control-allow-origin"] == GOOD


def test_options_that_is_no_preflight_goes_to_the_file(site: Any) -> None:
    functions = site.options("/api/functions", headers=from_page(GOOD))
    assert (functions.status_code, functions.headers["Allow"]) == (204, "GET, HEAD, PUT, OPTIONS")
    assert of_cors(functions)["access-control-allow-origin"] == GOOD
    handler = site.options("/api/options", headers=from_page(GOOD))
    assert (handler.status_code, handler.json()) == (200, {"seen": "OPTIONS"})


def test_without_the_middleware_method_functions_answer_a_preflight_themselves(
    site: Any, settings: Any
) -> None:
    settings.MIDDLEWARE = []
    functions = preflight(site, "/api/guarded/functions")
    assert (functions.status_code, functions.headers["Allow"]) == (204, "PUT, OPTIONS")
    assert of_cors(functions) == {}
    assert preflight(site, "/api/options").json() == {"seen": "OPTIONS"}
    assert preflight(site, "/api/guarded/function").status_code == 401


def test_to_read_is_not_to_write_with_cookies(site: Any, settings: Any) -> None:
    settings.CORS_ALLOW_CREDENTIALS = True
    page = from_page(GOOD, Cookie="sessionid=1")
    refused = site.post("/api/write", headers=page)
    assert refused.status_code == 403
    assert of_cors(refused)["access-control-allow-credentials"] == "true"
    settings.CSRF_TRUSTED_ORIGINS = [GOOD]
    assert site.post("/api/write", headers=page).status_code == 200


def test_what_is_no_api_is_closed(client: Any, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = [GOOD]
    for path in ("/admin/login/", "/static/x", "/apis", "/x/api/hello"):
        response = client.get(path, headers=from_page(GOOD))
        assert (of_cors(response), varies(response)) == ({}, False)


def test_no_origin_is_named_by_default_and_no_cookie_goes_along() -> None:
    found = settings_of()
    assert (found["CORS_ALLOWED_ORIGINS"], found["CORS_ALLOW_CREDENTIALS"]) == ([], False)
    assert not any(name in found for name in ("CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL"))
    assert not any("REGEX" in name for name in found if name.startswith("CORS_ALLOWED"))


def test_the_environment_names_origins() -> None:
    origins = ["https://app.example.com", "http://localhost:3000", "http://[::1]:3000", "app://x"]
    found = settings_of(CORS_ALLOWED_ORIGINS=", ".join(origins), CORS_ALLOW_CREDENTIALS="on")
    assert (found["CORS_ALLOWED_ORIGINS"], found["CORS_ALLOW_CREDENTIALS"]) == (origins, True)


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "null",
        "good.com",
        "https://",
        "file://",
        "https://*.good.com",
        "https://good.com/",
        "https://Good.com",
        "https://me@good.com",
    ],
)
def test_e01_what_is_no_origin_is_refused_when_the_site_starts(origin: str) -> None:
    assert refusal(CORS_ALLOWED_ORIGINS=f"{GOOD},{origin}") == (
        f"CORS_ALLOWED_ORIGINS names {origin!r}. Write origins as browsers send them, with a "
        "scheme, in lower case and without a path: https://app.example.com"
    )


@pytest.fixture(params=["gunicorn", "uvicorn"])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    env = {**PRODUCTION, "CORS_ALLOWED_ORIGINS": GOOD, "WEB_CONCURRENCY": "1", "THREADS": "2"}
    server = Server(request.param, "project", REPOSITORY, env, tmp_path / "output.txt")
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()


def test_e01_e02_e03_over_the_wire(running: Server) -> None:
    asked = {"Access-Control-Request-Method": "DELETE"}
    for origin in (GOOD, "https://evil.com"):
        named = origin if origin == GOOD else None
        answer = running.ask("GET", "/api/hello", None, from_page(origin))
        assert (answer.status, answer.headers["vary"]) == (200, "origin")
        assert answer.headers.get("access-control-allow-origin") == named
        # It asks for a login, and for GET alone.
        answer = running.ask("OPTIONS", "/api/admin/stats", None, from_page(origin, **asked))
        assert (answer.status, answer.body, answer.headers["vary"]) == (200, b"", "origin")
        assert answer.headers.get("access-control-allow-origin") == named
