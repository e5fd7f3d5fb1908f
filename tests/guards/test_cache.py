"""Which answers are kept, for whom, and under which key."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import DisallowedHost
from django.test import RequestFactory

from fileapi import Cache
from fileapi.guards.cache.key import key

from .kept import is_kept, route, runs

pytestmark = pytest.mark.usefixtures("empty_cache")

PLAIN = route("60", "def GET(query): return [next(n), query.getlist('a')]")


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_an_answer_is_made_once_and_sent_again(api: Any, kind: str) -> None:
    site = api({"a.py": route("60", f"{kind} GET(): return next(n)")})
    assert is_kept(site, "/api/a")
    assert site.get("/api/a").json() == 1


def test_an_answer_is_the_same_again_and_says_how_old_it_is(api: Any, monkeypatch: Any) -> None:
    site = api({"a.py": route("60", "def GET(res): res.set_header('X-A', 'b').send('text')")})
    first = site.get("/api/a")
    monkeypatch.setattr("fileapi.guards.cache.kept.time", lambda: __import__("time").time() + 7.5)
    second = site.get("/api/a")
    ours = {"Age", "X-Request-ID"}
    headers = [
        {name: value for name, value in each.headers.items() if name not in ours}
        for each in (first, second)
    ]
    assert headers[0] == headers[1]
    assert first.content == second.content == b"text"
    assert first.headers["Cache-Control"] == "public, max-age=60"
    assert (first.headers.get("Age"), second.headers["Age"]) == (None, "7")
    monkeypatch.setattr("fileapi.guards.cache.kept.time", lambda: __import__("time").time() + 61)
    assert "Age" not in site.get("/api/a").headers


def test_h18_a_client_that_has_it_gets_304_with_what_caches_need(api: Any) -> None:
    site = api({"a.py": route("60, vary=['Accept-Language']", "def GET(): return next(n)")})
    tag = site.get("/api/a").headers["ETag"]
    for _ in range(2):
        response = site.get("/api/a", headers={"If-None-Match": tag})
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["Cache-Control"] == "public, max-age=60"
        assert response.headers["Vary"].startswith("Accept-Language")
        assert response.headers["ETag"] == tag


@pytest.mark.parametrize(
    "headers", [{"Authorization": "Token ann"}, {"Cookie": "a=b"}], ids=["authorization", "cookie"]
)
def test_h12_a_request_that_says_who_asks_neither_gets_nor_leaves_an_answer_for_all(
    api: Any, headers: dict[str, str]
) -> None:
    site = api({"a.py": PLAIN})
    assert not is_kept(site, "/api/a", headers=headers)
    response = site.get("/api/a")
    assert (response.json(), "Age" in response.headers) == ([3, []], False)
    response = site.get("/api/a", headers=headers)
    assert response.json() == [4, []]
    assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "text",
    [
        "res.set_cookie('a', 'b').json(next(n))",
        "res.cache(60, private=True).json(next(n))",
        "res.cache(no_store=True).json(next(n))",
        "res.cache(no_cache=True).json(next(n))",
        "res.set_header('Cache-Control', 'Max-Age=60, PRIVATE=\"x\"').json(next(n))",
        "res.set_header('Cache-Control', 'max-age=-1').json(next(n))",
        "res.set_header('Cache-Control', 's-maxage=0, max-age=60').json(next(n))",
        "res.set_header('Vary', '*').json(next(n))",
        "res.set_header('Vary', 'Accept').json(next(n))",
        "res.status(404).json(next(n))",
        "res.status(500).json(next(n))",
        "res.status(206).json(next(n))",
        "res.status(303).json(next(n))",
        "res.stream([str(next(n))])",
        "res.sse([next(n)])",
        "res.after(print).json(next(n))",
    ],
    ids=str,
)
def test_h13_what_is_not_for_all_no_success_or_not_whole_is_not_kept(api: Any, text: str) -> None:
    site = api({"a.py": route("60", f"def GET(res): {text}")})
    for _ in range(2):
        response = site.get("/api/a")
        assert "Age" not in response.headers
        assert "public" not in response.headers["Cache-Control"]
    assert runs(site, "a") == 2


def test_h13_an_exception_is_not_kept_and_the_next_request_asks_again(api: Any) -> None:
    text = "def GET():\n    if next(n) == 1: raise HttpError(404, 'no')\n    return 'yes'"
    site = api({"a.py": route("60", text)})
    assert site.get("/api/a").status_code == 404
    assert is_kept(site, "/api/a")


def test_h13_a_cookie_of_djangos_response_is_not_kept(api: Any) -> None:
    text = (
        "from django.http import HttpResponse\n"
        "def GET(query):\n    r = HttpResponse(str(next(n)))\n"
        "    if 'c' in query: r.set_cookie('a', 'b')\n    return r"
    )
    site = api({"a.py": route("60", text)})
    assert is_kept(site, "/api/a")
    assert not is_kept(site, "/api/a?c")


def test_a_handlers_own_cache_control_shortens_the_time_and_is_sent_on(api: Any) -> None:
    text = "def GET(res): res.cache(0, s_maxage=30).json(next(n))"
    site = api({"a.py": route("60", text)})
    assert is_kept(site, "/api/a")
    assert site.get("/api/a").headers["Cache-Control"] == "max-age=0, s-maxage=30"


@pytest.mark.parametrize(
    "read",
    [
        "req.headers['Accept']",
        "req.headers.get('X-Forwarded-Host')",
        "req.headers.get('X-Original-URL')",
        "'X-Http-Method-Override' in req.headers",
        "dict(req.headers)",
        "len(req.headers)",
        "req.cookies.get('a')",
        "req.user",
        "req.auth",
        "req.session",
        "req.ip",
        "req.id",
        "req.body",
        "req.raw_body",
        "req.files",
        "req.META['HTTP_ACCEPT']",
        "req.django",
        "req.COOKIES",
        "req.content_type",
        "getattr(req, 'unknown', 1)",
    ],
    ids=str,
)
def test_h14_an_answer_of_what_is_not_in_its_key_is_not_kept_and_its_file_is_told(
    api: Any, read: str, caplog: pytest.LogCaptureFixture
) -> None:
    site = api({"a.py": route("60", f"def GET(req):\n    {read}\n    return next(n)")})
    for _ in range(2):
        response = site.get("/api/a", headers={"Accept": "text/html"})
        assert response.headers["Cache-Control"] == "private, no-store"
        assert "Age" not in response.headers
    told = [each for each in caplog.records if each.name == "fileapi.cache"]
    assert [each.levelno for each in told] == [logging.WARNING]
    assert "is not cached: it reads" in told[0].getMessage()


@pytest.mark.parametrize(
    "read",
    [
        "req.method",
        "req.path",
        "req.url",
        "req.params",
        "req.query",
        "req.query.get('a')",
        "req.GET",
        "req.get_host()",
        "req.build_absolute_uri()",
        "req.headers['accept-language']",
        "req.headers.get('ACCEPT_LANGUAGE')",
    ],
    ids=str,
)
def test_h14_what_is_in_the_key_may_be_read(api: Any, read: str) -> None:
    text = f"def GET(req):\n    {read}\n    return next(n)"
    site = api({"a.py": route("60, vary=['Accept-Language']", text)})
    assert is_kept(site, "/api/a", headers={"Accept-Language": "de"})


def test_h14_a_middleware_reads_no_more_than_its_handler_may(api: Any) -> None:
    reading = "def middleware(req, res, next):\n    req.headers.get('X-A')\n    return next()"
    assert not is_kept(api({"_middleware.py": reading, "a.py": PLAIN}), "/api/a")


def test_each_value_of_a_declared_header_has_its_answer(api: Any) -> None:
    text = "def GET(req): return [next(n), req.headers.get('Accept-Language')]"
    site = api({"a.py": route("60, vary=['Accept-Language']", text)})
    for language in ("de", "fr", ""):
        assert is_kept(site, "/api/a", headers={"Accept-Language": language})
        response = site.get("/api/a", headers={"Accept-Language": language})
        assert response.json()[1] == language
        assert response.headers["Vary"].startswith("Accept-Language")
    assert site.get("/api/a").json() == [4, None]


@pytest.mark.parametrize(
    "path", ["/api/me/x.css", "/api/me;.js", "/api/me%0a.css", "/api/me%3f.css", "/api/me%00.css"]
)
def test_h15_a_private_answer_has_no_second_name_that_a_cache_would_keep(
    api: Any, path: str
) -> None:
    site = api({"me.py": route("60, per_user=True", "def GET(req): return str(req.user)")})
    assert site.get(path).status_code == 404


def test_h16_different_requests_never_share_an_answer(api: Any) -> None:
    site = api({"a.py": PLAIN, "b.py": PLAIN, "[x]/c.py": PLAIN})
    twins = [
        "/api/a",
        "/api/b",
        "/api/a/",
        "/api/a?",  # the same as without
        "/api/a?a=1&b=2",
        "/api/a?b=2&a=1",
        "/api/a?a=1;b=2",
        "/api/a?a=1&a=2",
        "/api/a?a=2&a=1",
        "/api/a?a=%31",
        "/api/a?a=%2531",
        "/api/a?a=1%26b=2",
        "/api/a?a=1+",
        "/api/a?a=1%20",
        "/api/1/c",
        "/api/2/c?",
        "/api/12/c",
        "/api/1%2E/c",
    ]
    numbered = {path: site.get(path).content for path in twins}
    for path in twins:
        assert site.get(path).content == numbered[path]
    assert (
        runs(site, "a") + runs(site, "b") == len([path for path in twins if "/c" not in path]) - 1
    )


def test_h16_head_is_answered_from_get_and_leaves_nothing_for_it(api: Any) -> None:
    text = "def GET(req): return 'nothing' if req.method == 'HEAD' else next(n)"
    site = api({"a.py": route("60", text)})
    assert "Age" not in site.head("/api/a").headers
    assert site.get("/api/a").json() == 1
    response = site.head("/api/a")
    assert (response.content, response.headers["Content-Length"]) == (b"", "1")
    assert "Age" in response.headers


def test_h16_a_handler_of_every_method_has_an_answer_for_each(api: Any) -> None:
    site = api({"a.py": route("60", "def handler(req): return [next(n), req.method]")})
    assert site.head("/api/a").headers["Content-Length"] == "10"
    assert site.get("/api/a").json() == [2, "GET"]
    assert site.post("/api/a").json() == [3, "POST"]
    assert site.post("/api/a").json() == [4, "POST"]
    assert "Age" in site.get("/api/a").headers


def test_h16_hosts_and_schemes_have_answers_of_their_own() -> None:
    requests = [
        RequestFactory().get("/api/a", headers={"host": host}, secure=secure)
        for host in ("testserver", "localhost")
        for secure in (False, True)
    ]
    assert len({key(Cache(60), request, "a", "GET") for request in requests}) == 4
    with pytest.raises(DisallowedHost):
        key(Cache(60), RequestFactory().get("/", headers={"host": "evil.example"}), "a", "GET")


def test_the_language_that_django_has_chosen_is_part_of_the_key(api: Any, settings: Any) -> None:
    settings.MIDDLEWARE = ["django.middleware.locale.LocaleMiddleware"]
    text = (
        "from django.utils.translation import gettext, get_language\n"
        "def GET(): return [get_language(), gettext('Yes')]"
    )
    site = api({"a.py": route("60", text)})
    for language in ("de", "en", "de"):
        response = site.get("/api/a", headers={"Accept-Language": language})
        assert response.json()[0] == language
        assert "Accept-Language" in response.headers["Vary"]


def test_headers_of_guards_are_each_requests_own(api: Any) -> None:
    site = api({"a.py": route("60", "def GET(): return next(n)", ", rate='5/min'")})
    reports = [site.get("/api/a").headers["RateLimit"][:14] for _ in range(3)]
    assert reports == [f'"address";r={left};' for left in (4, 3, 2)]
    assert [site.get("/api/a").status_code for _ in range(3)] == [200, 200, 429]


def test_under_debug_an_edited_file_begins_anew(api: Any, settings: Any) -> None:
    settings.DEBUG = True
    site = api({"a.py": route("60", "def GET(): return 'old'")})
    assert site.get("/api/a").json() == "old"
    Path(site.folder.path(), "a.py").write_text(route("60", "def GET(): return 'new'"))
    assert site.get("/api/a").json() == "new"


def test_a_page_of_rows_is_kept(api: Any) -> None:
    text = "from fileapi.pagination import _url\ndef GET(req): return [next(n), _url(req, 'x')]"
    assert is_kept(api({"a.py": route("60", text)}), "/api/a?a=1")
