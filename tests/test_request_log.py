"""One line a request, whoever answers it and however it ends."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from fileapi.request_log import NO_REQUEST, current_id

LOGGER = "fileapi.request"

FILES = {
    "users/[id=int].py": """
        from fileapi import HttpError
        def GET(id): return {"id": id}
        def DELETE(id): raise HttpError(404, "No such user.")
        def PUT(id): raise RuntimeError("a bug")
    """,
    "index.py": "def GET(): return 'root'",
    "later.py": "async def GET(res): res.status(201).json([1, 2])",
    "broken.py": "def GET(: pass",
}


@pytest.fixture
def loading() -> str:
    """Import on first use: that makes no difference here."""
    return "lazy"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[Any]]:
    """Return a function that lists the records of requests."""
    caplog.set_level(logging.INFO, LOGGER)
    return lambda: [record for record in caplog.records if record.name == LOGGER]


def test_a_line_tells_what_was_asked_and_what_was_answered(api: Any, lines: Any) -> None:
    response = api(FILES).get("/api/users/7?q=1", headers={"X-Request-ID": "mine"})
    [line] = lines()
    assert re.fullmatch(r"GET /api/users/<int:id> 200 \d+\.\d ms 8 B", line.getMessage())
    assert line.levelno == logging.INFO
    assert (line.request_id, line.method, line.status) == ("mine", "GET", 200)
    assert (line.route, line.file) == ("api/users/<int:id>", "users/[id=int].py")
    assert (line.bytes, line.user, line.ip) == (len(response.content), None, "127.0.0.1")
    assert isinstance(line.ms, float)
    assert 0 < line.ms < 10_000


@pytest.mark.parametrize(
    ("method", "url", "line"),
    [
        ("GET", "/api", "GET /api/ 200 6 B index.py"),
        ("GET", "/api/later", "GET /api/later 201 5 B later.py"),
        ("HEAD", "/api/users/7", "HEAD /api/users/<int:id> 200 0 B users/[id=int].py"),
        ("OPTIONS", "/api/users/7", "OPTIONS /api/users/<int:id> 204 0 B users/[id=int].py"),
        ("DELETE", "/api/users/7", "DELETE /api/users/<int:id> 404 * B users/[id=int].py"),
        ("PATCH", "/api/users/7", "PATCH /api/users/<int:id> 405 * B users/[id=int].py"),
        ("PUT", "/api/users/7", "PUT /api/users/<int:id> 500 * B users/[id=int].py"),
        ("GET", "/api/broken", "GET /api/broken 500 * B broken.py"),
        ("GET", "/api/nothing", "GET - 404 * B -"),
        ("GET", "/elsewhere", "GET - 404 * B -"),
        ("PROPFIND", "/api/later", "PROPFIND /api/later 405 * B later.py"),
        ("M-SEARCH", "/api/later", "- /api/later 405 * B later.py"),
    ],
)
def test_every_request_has_its_line(api: Any, lines: Any, method: str, url: str, line: str) -> None:
    response = api(FILES).request(method, url)
    [found] = lines()
    said = re.sub(r"\d+\.\d ms ", "", found.getMessage())
    assert f"{said} {found.file}" == line.replace("*", str(len(response.content)))
    assert found.levelno == logging.INFO
    assert found.status == response.status_code


def test_an_error_is_an_error_of_django_once(
    api: Any, caplog: pytest.LogCaptureFixture, lines: Any
) -> None:
    api(FILES).put("/api/users/7")
    assert [record.name for record in caplog.records if record.levelno >= logging.ERROR] == [
        "django.request"
    ]
    assert len(lines()) == 1


def raises(get_response: Any) -> Any:
    def middleware(request: Any) -> Any:
        raise RuntimeError("in a middleware")

    return middleware


def answers(get_response: Any) -> Any:
    return lambda request: HttpResponse("no", status=403)


@pytest.mark.parametrize(("name", "status"), [("raises", 500), ("answers", 403)])
def test_a_middleware_that_answers_or_fails_has_a_line_without_a_route(
    api: Any, lines: Any, settings: Any, name: str, status: int
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:1], f"{__name__}.{name}"]
    response = api(FILES).get("/api/later")
    [line] = lines()
    assert response.status_code == line.status == status
    assert (line.route, line.file, line.bytes) == ("-", "-", len(response.content))
    assert response.headers["X-Request-ID"] == line.request_id


def test_an_exception_that_nobody_answers_has_a_line_too(lines: Any, settings: Any) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:1], f"{__name__}.raises"]
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True
    with pytest.raises(RuntimeError, match="in a middleware"):
        Client().get("/")
    [line] = lines()
    assert (line.status, line.bytes) == (500, 0)
    assert current_id.get() == NO_REQUEST


def test_a_view_of_django_has_its_route_and_no_file(
    lines: Any, write_tree: Any, mount_tree: Any, settings: Any
) -> None:
    mount_tree(write_tree({"a.py": "def GET(): return 1"}))
    page = path("pages/<slug:name>/", lambda request, name: HttpResponse(name))
    sys.modules[settings.ROOT_URLCONF].urlpatterns.append(page)
    Client().get("/pages/one/")
    [line] = lines()
    assert (line.route, line.file, line.bytes) == ("pages/<slug:name>/", "-", 3)
    assert line.getMessage().startswith("GET /pages/<slug:name>/ 200 ")


def test_the_index_of_a_mount_at_the_root_is_a_slash(
    lines: Any, write_tree: Any, mount_tree: Any
) -> None:
    mount_tree(write_tree({"index.py": "def GET(): return 1"}), "")
    Client().get("/")
    [line] = lines()
    assert line.getMessage().startswith("GET / 200 ")
    assert (line.route, line.file) == ("", "index.py")


WHO = {
    "nobody.py": "def GET(): return 1",
    "sync.py": "def GET(req): return [req.user.pk]",
    "later.py": "async def GET(req): return [(await req.auser()).pk]",
    "set.py": """
        class Person:
            pk = "3f2b"
        def GET(req) -> None: req.user = Person()
    """,
}


@pytest.mark.django_db(transaction=True)
def test_the_user_is_told_once_somebody_has_asked_for_it(
    api: Any, lines: Any, django_user_model: Any, django_assert_num_queries: Any
) -> None:
    served = api(WHO)
    user = django_user_model.objects.create_user("ada@example.com")
    served.client.force_login(user)
    served.async_client.cookies = served.client.cookies
    with django_assert_num_queries(0):
        assert served.get("/api/nobody").json() == 1
    for name in ("sync", "later"):
        assert served.get(f"/api/{name}").json() == [user.pk]
    assert served.get("/api/set").status_code == 204
    assert [line.user for line in lines()] == [None, user.pk, user.pk, "3f2b"]


@pytest.mark.django_db(transaction=True)
def test_nobody_has_no_key(api: Any, lines: Any) -> None:
    assert api(WHO).get("/api/sync").json() == [None]
    assert [line.user for line in lines()] == [None]


def test_d13_the_address_is_seen_through_trusted_proxies_alone(
    api: Any, lines: Any, settings: Any
) -> None:
    served = api(FILES)
    forwarded = {"X-Forwarded-For": "198.51.100.66, 203.0.113.7"}
    served.get("/api/later", headers=forwarded)
    settings.FILEAPI_TRUSTED_PROXIES = ["127.0.0.1"]
    served.get("/api/later", headers=forwarded)
    assert [line.ip for line in lines()] == ["127.0.0.1", "203.0.113.7"]


def test_a_wrong_list_of_proxies_ends_the_start(settings: Any) -> None:
    settings.FILEAPI_TRUSTED_PROXIES = ["10.0.0.0/99"]
    with pytest.raises(ImproperlyConfigured, match="FILEAPI_TRUSTED_PROXIES"):
        WSGIHandler()


def test_g13_a_line_tells_nothing_that_a_client_wrote_but_the_method(api: Any, lines: Any) -> None:
    served = api({"[name].py": "def POST(name, body, req): return [name, body, req.user.pk]"})
    response = served.post(
        "/api/canary-path?canary-query=canary-value",
        json={"canary-key": "canary-body"},
        headers={
            "User-Agent": "canary-agent",
            "Authorization": "Bearer canary-token",
            "Cookie": "canary=canary-cookie",
            "Referer": "https://example.com/canary-referer",
            "X-Request-ID": "canary request",
            "Sec-Fetch-Site": "same-origin",
        },
    )
    assert response.status_code == 200
    [line] = lines()
    assert "canary" not in repr(vars(line))


def test_nothing_is_made_of_a_line_that_nobody_wants(
    api: Any, lines: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = api(FILES)
    logging.getLogger(LOGGER).setLevel(logging.WARNING)
    monkeypatch.setattr("fileapi.middleware.client_ip", None)  # a call of it would be a 500
    response = served.get("/api/later")
    assert (response.status_code, lines()) == (201, [])
    assert len(response.headers["X-Request-ID"]) == 32


def test_request_log_is_first_in_the_site(settings: Any) -> None:
    assert settings.MIDDLEWARE[0] == "fileapi.middleware.RequestLog"
    assert settings.MIDDLEWARE.count(settings.MIDDLEWARE[0]) == 1
