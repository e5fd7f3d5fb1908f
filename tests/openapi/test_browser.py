"""The docs page in a real browser, of a real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.servers import PRODUCTION, Server, manage
from tests.live.sites import PACKAGE, write_files, write_site

from .browser import HOW_TO_GET_IT, PUBLIC, Reader, chromium, program

EMAIL, PASSWORD = "ann@example.com", "a long sentence"

ROUTES = {
    "notes.py": """\
        import msgspec
        from rest_framework.authentication import SessionAuthentication
        from fileapi import Config

        config = Config(auth=[SessionAuthentication])

        class Note(msgspec.Struct):
            text: str

        def POST(body: Note) -> Note:
            return Note(body.text.upper())
        """,
}
# A site below /shop, as behind a proxy that mounts it there.
SITE = {
    "settings.py": """\
        from pathlib import Path
        from project.settings import *
        ROOT_URLCONF = "shop.urls"
        FILEAPI_DOCS = True
        STATIC_ROOT = Path(__file__).parent / "static"
        """,
    "urls.py": """\
        from django.contrib import admin
        from django.urls import path
        from fileapi.urls import mount
        urlpatterns = [path("admin/", admin.site.urls), mount("v1/api/")]
        """,
    "wsgi.py": """\
        from django.core.wsgi import get_wsgi_application
        django_application = get_wsgi_application()

        def application(environ, start_response):
            path = environ["PATH_INFO"]
            if path.startswith("/shop/"):
                environ["SCRIPT_NAME"], environ["PATH_INFO"] = "/shop", path[5:]
            return django_application(environ, start_response)
        """,
}


@pytest.fixture(scope="module")
def browser(need: Any) -> Iterator[Any]:
    need(program() is not None, HOW_TO_GET_IT)
    with chromium() as found:
        yield found


@pytest.fixture
def reader(browser: Any) -> Iterator[Reader]:
    found = Reader(browser)
    yield found
    found.page.close()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('database') / 'db.sqlite3'}"
    env = {"DATABASE_URL": url}
    person = {"DJANGO_SUPERUSER_EMAIL": EMAIL, "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
    for done in (
        manage("migrate", "--verbosity=0", **env),
        manage("createsuperuser", "--noinput", **env, **person),
    ):
        assert done.returncode == 0, done.stderr
    return url


@pytest.fixture(scope="module")
def development(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The project's site, as its developer sees it."""
    folder = tmp_path_factory.mktemp("development")
    server = Server("runserver", "project", folder, {"DATABASE_URL": database}, folder / "output")
    server.wait_until_ready()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def production(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A site on gunicorn, whose routes ask for a session, below a path of its own."""
    folder = tmp_path_factory.mktemp("production")
    write_site(folder, ROUTES)
    write_files(folder / PACKAGE, SITE)
    env = {
        **PRODUCTION,
        "ALLOWED_HOSTS": f"127.0.0.1,{PUBLIC}",
        "SECURE_COOKIES": "off",
        "WEB_CONCURRENCY": "1",
        "DATABASE_URL": database,
    }
    collected = manage("collectstatic", "--verbosity=0", package=PACKAGE, folder=folder, **env)
    assert collected.returncode == 0, collected.stderr
    server = Server("gunicorn", PACKAGE, folder, env, folder / "output")
    server.wait_until_ready()
    yield server
    server.stop()


def test_the_page_opens_without_a_complaint_and_asks_nobody_else(
    reader: Reader, development: Server
) -> None:
    origin = f"http://127.0.0.1:{development.port}"
    reader.open(f"{origin}/api/docs")
    assert reader.page.locator(".title").inner_text().startswith("API")
    assert reader.operation("users.byId.get").is_visible()
    assert reader.complaints == []
    assert f"{origin}/api/openapi.json" in [request.url for request in reader.requests]
    assert reader.strangers(origin) == []


def test_an_operation_is_tried_out_and_its_answer_is_seen(
    reader: Reader, development: Server
) -> None:
    reader.open(f"http://127.0.0.1:{development.port}/api/docs")
    status, shown = reader.try_out("hello.get")
    assert (status, json.loads(shown)) == ("200", {"message": "Hello, API!"})
    status, shown = reader.try_out("feedback.post", '{"feedback": "Great app!"}')
    assert (status, json.loads(shown)) == (
        "201",
        {"status": "received", "feedback": "Great app!"},
    )
    assert reader.complaints == []


def test_a_refusal_is_seen_too(reader: Reader, development: Server) -> None:
    reader.open(f"http://127.0.0.1:{development.port}/api/docs")
    status, shown = reader.try_out("feedback.post", "{}")
    assert status == "400"
    assert json.loads(shown)["title"] == "Bad Request"
    # The browser's own word on any answer that is none of success.
    assert [each for each in reader.complaints if "status of 400" not in each] == []


def test_who_has_signed_in_may_try_out_what_changes_something(
    reader: Reader, production: Server
) -> None:
    page, origin = reader.page, f"http://127.0.0.1:{production.port}"
    page.goto(f"{origin}/shop/admin/login/")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/shop/admin/")
    reader.complaints.clear()  # of the admin's style sheets, which gunicorn does not serve
    reader.open(f"{origin}/shop/v1/api/docs")
    status, shown = reader.try_out("notes.post", '{"text": "milk"}')
    assert (status, json.loads(shown)) == ("200", {"text": "MILK"})
    assert reader.complaints == []
    sent = reader.requests[-1]
    assert sent.url == f"{origin}/shop/v1/api/notes"
    assert sent.headers["x-csrftoken"]
    without = page.evaluate(
        """async () => (await fetch("/shop/v1/api/notes", {
            method: "POST", body: "{}", headers: {"Content-Type": "application/json"}})).status"""
    )
    assert without == 403


def test_a_stranger_is_refused_by_the_route_not_by_the_page(
    reader: Reader, production: Server
) -> None:
    origin = f"http://{PUBLIC}:{production.port}"
    reader.open(f"{origin}/shop/v1/api/docs")
    # Without TLS the browser passes over that header of Django's. Swagger UI can show a public
    # site's document to a validator elsewhere: nobody is asked here.
    assert [each for each in reader.complaints if "Opener-Policy" not in each] == []
    status, shown = reader.try_out("notes.post", '{"text": "milk"}')
    assert status == "401"
    assert json.loads(shown)["status"] == 401
    assert reader.strangers(origin) == []


def test_the_example_of_a_body_is_made_of_its_type(reader: Reader, production: Server) -> None:
    reader.open(f"http://127.0.0.1:{production.port}/shop/v1/api/docs")
    reader.operation("notes.post").locator(".opblock-summary").click()
    shown = reader.operation("notes.post").locator(".body-param__example code").inner_text()
    assert json.loads(shown) == {"text": "string"}
