"""fileapi's ASGI handler against Django's: the same answers, in fewer hops between threads."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from asgiref.sync import markcoroutinefunction
from django.core.handlers.asgi import ASGIHandler
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import AsyncRequestFactory

from fileapi.asgi import Handler

FILES = {
    "hello.py": "def GET(): return {'message': 'hello'}",
    "asynchronous.py": "async def GET(): return 'async'",
    "mixed.py": """
        async def GET(): return "async"

        def POST(body, res): res.status(201).json(body)
        """,
    "echo.py": "def POST(body): return body",
    "cookie.py": "def GET(res): res.cookie('a', 'b').send('text')",
    "stream.py": "def GET(res): res.send(iter(['a', 'b']))",
    "bug.py": "def GET(): return 1 / 0",
    "thread.py": """
        import threading

        def GET(): return threading.get_ident()
        """,
}
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
THREADS: list[int] = []


class Noting:
    """Middleware of the old kind, which can be sync alone."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        THREADS.append(threading.get_ident())
        return self.get_response(request)


class Leading(Noting):
    """Leads every request to another URLconf."""

    def __call__(self, request: Any) -> Any:
        request.urlconf = f"{__name__}.elsewhere"
        return self.get_response(request)


class OnlyAsync:
    sync_capable = False
    async_capable = True

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response
        markcoroutinefunction(self)

    async def __call__(self, request: Any) -> Any:
        response = await self.get_response(request)
        response["X-Async"] = "yes"
        return response


@pytest.fixture(autouse=True)
def _connections_of_other_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda self: None)


@pytest.fixture
def site(settings: Any, mount_tree: Any, write_tree: Any) -> Any:
    settings.MIDDLEWARE = MIDDLEWARE
    mount_tree(write_tree(FILES))
    return settings


def ask(handler: Any, method: str, path: str, body: bytes = b"") -> tuple[Any, ...]:
    """Return status, headers and body."""
    options: dict[str, Any] = {"data": body, "content_type": "application/json"} if body else {}
    request = AsyncRequestFactory().generic(method, path, **options)
    sent: list[dict[str, Any]] = []
    received = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Any:
        return received.pop() if received else await asyncio.sleep(3600)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(handler(request.scope, receive, send))
    start, *parts = sent
    answer = b"".join(part.get("body", b"") for part in parts)
    return start["status"], dict(start["headers"]), answer


REQUESTS = [
    *(("GET", f"/api/{name.removesuffix('.py')}") for name in FILES if name != "thread.py"),
    *(("HEAD", "/api/hello"), ("PUT", "/api/hello"), ("OPTIONS", "/api/asynchronous")),
    *(("POST", "/api/mixed"), ("POST", "/api/echo"), ("GET", "/nowhere"), ("GET", "/api/nowhere")),
]


@pytest.mark.parametrize("more", [None, "Noting", "OnlyAsync"])
@pytest.mark.parametrize(("method", "path"), REQUESTS)
def test_the_answer_is_as_djangos(site: Any, method: str, path: str, more: str | None) -> None:
    if more:
        site.MIDDLEWARE = [*MIDDLEWARE, f"{__name__}.{more}"]
    body = b'{"a": 1}' if method == "POST" else b""
    answer = ask(Handler(), method, path, body)
    assert answer == ask(ASGIHandler(), method, path, body)
    assert (b"X-Async" in answer[1]) == (more == "OnlyAsync")


def test_a_sync_route_and_its_middleware_share_a_thread(site: Any) -> None:
    site.MIDDLEWARE = [f"{__name__}.Noting", *MIDDLEWARE, f"{__name__}.Noting"]
    THREADS.clear()
    _, _, answer = ask(Handler(), "GET", "/api/thread")
    assert [int(answer)] * 2 == THREADS
    assert int(answer) != threading.get_ident()


def test_it_is_one_hop(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def hops(handler: Any) -> int:
        from asgiref.sync import SyncToAsync

        count = 0
        hop = SyncToAsync.__call__

        async def counted(self: Any, *args: Any, **kwargs: Any) -> Any:
            nonlocal count
            count += 1
            return await hop(self, *args, **kwargs)

        with monkeypatch.context() as patch:
            patch.setattr(SyncToAsync, "__call__", counted)
            ask(handler, "GET", "/api/hello")
        return count

    # Django's middleware has two hooks each, and CSRF's a third, which it calls around the view.
    assert hops(ASGIHandler()) - hops(Handler()) >= 2 * len(MIDDLEWARE)


def test_middleware_may_lead_elsewhere(
    site: Any, mount_tree: Any, write_tree: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    here = site.ROOT_URLCONF
    mount_tree(write_tree({"hello.py": "async def GET(): return 'elsewhere'"}))
    monkeypatch.setitem(sys.modules, f"{__name__}.elsewhere", sys.modules[site.ROOT_URLCONF])
    site.ROOT_URLCONF = here
    site.MIDDLEWARE = [f"{__name__}.Leading"]
    assert ask(Handler(), "GET", "/api/hello")[2] == b'"elsewhere"'
    assert ask(Handler(), "GET", "/api/asynchronous")[0] == 404


def test_a_urlconf_that_cannot_be_imported_fails_as_in_django(site: Any) -> None:
    site.ROOT_URLCONF = "no.such.urls"
    for handler in (Handler(), ASGIHandler()):
        with pytest.raises(ModuleNotFoundError):
            asyncio.run(handler.get_response_async(AsyncRequestFactory().get("/api/hello")))
