"""The docs page and its assets, as they come over HTTP."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.management import call_command

from fileapi.checks import check_routes
from fileapi.openapi import page
from tests.live.servers import REPOSITORY
from tests.test_docs import snippets

HELLO = {"hello.py": "def GET(): return 1"}
ASSETS = {
    "favicon-32x32.png": "image/png",
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "setup.js": "text/javascript; charset=utf-8",
}
ADMINS = """
    from rest_framework.authentication import SessionAuthentication
    from rest_framework.permissions import IsAdminUser
    from fileapi import Config
    from fileapi.openapi.page import GET
    config = Config(auth=[SessionAuthentication], permissions=[IsAdminUser])
"""


def urls(html: str) -> list[str]:
    return [url.replace("&amp;", "&") for url in re.findall(r'(?:src|href)="(\?[^"]*)"', html)]


def body(response: Any) -> bytes:
    """Return the bytes of an answer, streamed over either of Django's handlers or not."""
    if not response.streaming:
        return bytes(response.content)
    if not response.is_async:
        return b"".join(response.streaming_content)

    async def joined() -> bytes:
        return b"".join([part async for part in response.streaming_content])

    from asgiref.sync import async_to_sync

    return async_to_sync(joined)()


def test_the_page_is_html_that_runs_nothing_inline(served: Any) -> None:
    response = served(HELLO).get("/api/docs")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert response["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    html = response.content.decode()
    assert len(re.findall(r"<script[^>]* src=", html)) == html.count("<script") == 2
    assert not re.search(r"<style|style=|\son\w+=|javascript:|https?:", html)
    assert 'data-document="/api/openapi.json"' in html


def test_the_page_loads_its_assets_from_its_own_url(served: Any) -> None:
    site = served(HELLO)
    found = urls(site.get("/api/docs").content.decode())
    assert [url.partition("&")[0] for url in found] == [f"?asset={name}" for name in ASSETS]
    for url, content_type in zip(found, ASSETS.values(), strict=True):
        for path in ("/api/docs", "/api/docs/"):
            response = site.get(path + url)
            assert (response.status_code, response["Content-Type"]) == (200, content_type)
            assert response["Cache-Control"] == "immutable, max-age=31536000"
            assert len(body(response)) > 500


def test_an_asset_of_another_version_is_not_kept(served: Any) -> None:
    site = served(HELLO)
    for query in ("?asset=setup.js", "?asset=setup.js&v=0"):
        response = site.get(f"/api/docs{query}")
        assert response.status_code == 200
        assert "Cache-Control" not in response
        known = {"If-None-Match": response["ETag"]}
        assert site.get(f"/api/docs{query}", headers=known).status_code == 304
        body(response)


@pytest.mark.parametrize(
    "name",
    ["", "page.py", "../page.py", "/etc/passwd", "swagger-ui.css.map", "LICENSE", "setup.js%00"],
)
def test_nothing_else_is_an_asset(served: Any, name: str) -> None:
    response = served(HELLO).get(f"/api/docs?asset={name}")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("prefix", "script_name", "document"),
    [
        ("api/", None, "/api/openapi.json"),
        ("", None, "/openapi.json"),
        ("a/b/", "/shop", "/shop/a/b/openapi.json"),
    ],
)
def test_the_page_finds_the_document_wherever_it_is_mounted(
    served: Any, prefix: str, script_name: str | None, document: str
) -> None:
    site = served(HELLO, prefix, FORCE_SCRIPT_NAME=script_name)
    above = script_name if site.mode == "asgi" and script_name else ""
    for url in (f"/{prefix}docs", f"/{prefix}docs/"):
        assert f'data-document="{document}"' in site.get(above + url).content.decode()


def test_the_page_says_how_the_csrf_token_travels(served: Any) -> None:
    html = served(HELLO).get("/api/docs").content.decode()
    assert 'data-cookie="csrftoken" data-header="X-CSRFTOKEN"' in html
    named = {"CSRF_COOKIE_NAME": "guard", "CSRF_HEADER_NAME": "HTTP_X_GUARD"}
    html = served(HELLO, **named).get("/api/docs").content.decode()
    assert 'data-cookie="guard" data-header="X-GUARD"' in html


def test_the_title_is_text(served: Any) -> None:
    site = served(HELLO, FILEAPI_OPENAPI={"title": "Books & <script>"})
    assert "<title>Books &amp; &lt;script&gt;</title>" in site.get("/api/docs").content.decode()


def test_without_the_package_the_page_says_what_to_install(
    served: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "PACKAGE", "a_package_that_is_not_installed")
    page._package.cache_clear()
    site = served(HELLO)
    for url in ("/api/docs", "/api/docs?asset=swagger-ui.css"):
        response = site.get(url)
        assert response.status_code == 404
        assert "pip install drf-spectacular-sidecar" in response.json()["detail"]
    assert site.get("/api/openapi.json").status_code == 200
    page._package.cache_clear()


@pytest.mark.parametrize("file", ["docs.py", "docs/index.py", "(staff)/docs/index.py"])
def test_a_file_of_the_projects_takes_its_place_with_guards_of_its_own(
    served: Any, file: str
) -> None:
    site = served({**HELLO, file: ADMINS})
    assert site.get("/api/docs").status_code == 401
    assert site.get("/api/docs?asset=swagger-ui.css").status_code == 401
    assert site.get("/api/openapi.json").status_code == 200


def test_the_documented_files_guard_the_page_and_the_document(served: Any) -> None:
    site = served(snippets(REPOSITORY / "docs" / "openapi.md"), FILEAPI_DOCS=False)
    for url in ("/api/docs", "/api/docs?asset=setup.js", "/api/openapi.json"):
        assert site.get(url).status_code == 401
    assert site.post("/api/books", json={"title": "Emma"}).status_code == 409


def test_a_file_of_the_projects_may_serve_it_elsewhere_and_always(served: Any) -> None:
    files = {
        **HELLO,
        "about/reference.py": "from fileapi.openapi.page import GET",
        "openapi.json.py": "from fileapi.openapi.serve import GET",
    }
    site = served(files, FILEAPI_DOCS=False)
    html = site.get("/api/about/reference").content.decode()
    assert 'data-document="/api/openapi.json"' in html
    for url in urls(html):
        response = site.get(f"/api/about/reference{url}")
        assert response.status_code == 200
        body(response)
    assert site.get("/api/openapi.json").status_code == 200
    assert site.get("/api/docs").status_code == 404


def test_pages_of_the_projects_below_docs_and_the_page_do_not_disturb_each_other(
    served: Any,
) -> None:
    site = served({"docs/[slug].py": "def GET(slug): return slug"})
    assert site.get("/api/docs/intro").json() == "intro"
    html = site.get("/api/docs").content.decode()
    for url in urls(html):
        response = site.get(f"/api/docs{url}")
        assert response.status_code == 200
        body(response)


def test_a_catch_all_of_the_projects_keeps_its_urls(served: Any) -> None:
    site = served({"[...path].py": "def GET(path): return path"})
    assert site.get("/api/docs").json() == ["docs"]
    assert site.get("/api/openapi.json").json() == ["openapi.json"]


def test_the_middleware_of_the_root_folder_is_not_the_pages(served: Any) -> None:
    closed = "from fileapi import HttpError\ndef middleware(req, res, next): raise HttpError(418)"
    site = served({**HELLO, "_middleware.py": closed})
    assert site.get("/api/hello").status_code == 418
    assert site.get("/api/docs").status_code == 200


def test_the_checks_are_content_and_the_routes_are_listed(
    served: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    served(HELLO)
    assert check_routes() == []
    call_command("routes")
    listed = capsys.readouterr().out
    assert re.search(r"/api/docs +GET HEAD OPTIONS +\(fileapi\)/docs.py", listed)
    assert re.search(r"/api/openapi.json +GET HEAD OPTIONS +\(fileapi\)/openapi.json.py", listed)
