"""The line of a stream is written when it ends, however it ends, with the bytes that were sent."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Callable
from typing import Any
from wsgiref.util import FileWrapper

import pytest
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpResponse, StreamingHttpResponse
from django.test import AsyncRequestFactory, RequestFactory
from django.urls import path

from .http.exchange import AsgiExchange, WsgiExchange, read
from .http.gate import gate

HEAD = """
    from io import BytesIO
    from django.http import FileResponse, StreamingHttpResponse

    def parts():
        yield "é"
        yield b"12"
        yield memoryview(b"345")

    async def later():
        for part in parts():
            yield part

    def broken():
        yield b"first"
        raise LookupError("in a stream")
"""

DJANGOS_FILE = "def GET(): return FileResponse(BytesIO(200_000 * b'a'))"

ANSWERS = {
    "sync": ("def GET(res): res.stream(parts())", 7),
    "async": ("async def GET(res): res.stream(later())", 7),
    "sync of async": ("def GET(res): res.stream(later())", 7),
    "events": ("def GET(res): res.sse(iter(['a', 'b']))", 18),
    "a file": ("def GET(res): res.file(BytesIO(200_000 * b'a'))", 200_000),
    "Django's": ("def GET(): return StreamingHttpResponse(parts())", 7),
    "Django's, async": ("async def GET(): return StreamingHttpResponse(later())", 7),
    "Django's file": (DJANGOS_FILE, 200_000),
    "HEAD": ("def HEAD(res): res.stream(parts())", 0),
    "Django's, HEAD": ("def HEAD(): return StreamingHttpResponse(parts())", 0),
}


@pytest.fixture
def loading() -> str:
    """Import on first use: that makes no difference here."""
    return "lazy"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[Any]]:
    """Return a function that lists the records of requests."""
    caplog.set_level(logging.INFO, "fileapi.request")
    return lambda: [record for record in caplog.records if record.name == "fileapi.request"]


@pytest.fixture(autouse=True)
def _connections_are_those_of_other_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda self: None)


@pytest.fixture
def exchange(mode: str) -> Callable[..., Any]:
    """Start a request with Django's own handler, which iterates and closes the answer."""
    gate.reset()
    return WsgiExchange if mode == "wsgi" else AsgiExchange


@pytest.mark.parametrize("name", ANSWERS)
def test_the_line_comes_with_the_end_and_counts(
    api: Any, exchange: Any, lines: Any, name: str
) -> None:
    answer, size = ANSWERS[name]
    api({"a.py": f"{HEAD}\n    {answer}\n"})
    sent = exchange(name.rpartition(" ")[2] if "HEAD" in name else "GET", "/api/a")
    before = len(lines())
    body = read(sent)
    [line] = lines()
    assert (line.status, line.bytes, len(body)) == (200, size, size)
    assert before == (1 if name == "HEAD" else 0)  # an empty answer is no stream
    assert line.request_id == sent.headers["X-Request-ID"]


def test_the_line_counts_until_the_client_left(api: Any, exchange: Any, lines: Any) -> None:
    api({"a.py": f"{HEAD}\n    def GET(res): res.stream(iter(1000 * ['12345']))\n"})
    sent = exchange("GET", "/api/a")
    assert [sent.part(), sent.part()] == [b"12345", b"12345"]
    sent.leave()
    [line] = lines()
    assert line.status == 200
    assert 10 <= line.bytes <= 25  # a few more are made than a full socket takes
    assert line.file == "a.py"


def test_a_file_of_django_counts_as_far_as_it_was_read(
    write_tree: Any, mount_tree: Any, lines: Any
) -> None:
    mount_tree(write_tree({"a.py": f"{HEAD}\n    {DJANGOS_FILE}\n"}))
    sent = WsgiExchange("GET", "/api/a")
    assert sent.part() == 4096 * b"a"
    sent.leave()
    assert [line.bytes for line in lines()] == [4096]


@pytest.mark.parametrize("kind", [HttpResponse, StreamingHttpResponse])
def test_head_sends_no_byte_whatever_a_view_of_django_has_made(
    lines: Any, write_tree: Any, mount_tree: Any, settings: Any, kind: Any
) -> None:
    mount_tree(write_tree({"a.py": "def GET(): return 1"}))
    sys.modules[settings.ROOT_URLCONF].urlpatterns.append(path("page", lambda request: kind("one")))
    read(WsgiExchange("HEAD", "/page"))
    assert [line.bytes for line in lines()] == [0]


def test_a_stream_that_breaks_has_its_line(api: Any, exchange: Any, lines: Any) -> None:
    api({"a.py": f"{HEAD}\n    def GET(res): res.stream(broken())\n"})
    sent = exchange("GET", "/api/a")
    with pytest.raises(LookupError, match="in a stream"):
        read(sent)
    [line] = lines()
    assert (line.status, line.bytes) == (200, 5)


def test_the_time_of_a_stream_is_all_of_it(api: Any, exchange: Any, lines: Any) -> None:
    api({"a.py": f"{HEAD}\n    def GET(res): res.stream(parts())\n"})
    sent = exchange("GET", "/api/a")
    start = time.monotonic()
    sent.part()
    time.sleep(0.05)  # what is measured, not a wait for something
    read(sent)
    [line] = lines()
    assert 50 <= line.ms <= (time.monotonic() - start) * 1000 + 1000


def test_a_file_that_the_server_sends_itself_has_the_size_it_was_promised_with(
    write_tree: Any, mount_tree: Any, lines: Any
) -> None:
    mount_tree(write_tree({"a.py": f"{HEAD}\n    {DJANGOS_FILE}\n"}))
    environ = RequestFactory().get("/api/a").environ | {"wsgi.file_wrapper": FileWrapper}
    body: Any = WSGIHandler()(environ, lambda status, headers, *_: None)
    assert isinstance(body, FileWrapper)
    assert lines() == []
    assert b"".join(body) == 200_000 * b"a"
    body.close()
    assert [line.bytes for line in lines()] == [200_000]


def test_a_stream_that_nobody_closes_has_its_line_when_it_is_dropped(
    write_tree: Any, mount_tree: Any, lines: Any
) -> None:
    mount_tree(write_tree({"a.py": f"{HEAD}\n    def GET(res): res.stream(parts())\n"}))
    answer: Any = WSGIHandler()(
        RequestFactory().get("/api/a").environ, lambda status, headers, *_: None
    )
    assert next(iter(answer)) == "é".encode()
    assert lines() == []
    del answer
    assert [line.bytes for line in lines()] == [2]


WAITS = {
    "later.py": """
        import asyncio
        from tests.http.gate import gate
        async def GET():
            gate.log.append("started")
            await asyncio.sleep(60)
    """,
    "sync.py": """
        from tests.http.gate import gate
        def GET(res):
            gate.log.append("started")
            gate.wait()
            res.stream(iter(["never sent"]))
    """,
}


@pytest.mark.parametrize(("name", "statuses"), [("later", {499}), ("sync", {200, 499})])
def test_a_client_that_does_not_wait_for_the_answer_has_a_line(
    write_tree: Any,
    mount_tree: Any,
    lines: Any,
    name: str,
    statuses: set[int],
) -> None:
    gate.reset()
    mount_tree(write_tree(WAITS))

    async def leave() -> None:
        request = AsyncRequestFactory().get(f"/api/{name}")
        messages = [{"type": "http.request", "body": b""}]

        async def receive() -> Any:
            if messages:
                return messages.pop()
            while not gate.log:
                await asyncio.sleep(0.01)
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            pass  # as a server does for a client that has left

        async with asyncio.timeout(10):
            call = asyncio.create_task(ASGIHandler()(request.scope, receive, send))
            while not gate.log:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0)
            gate.open()
            await call

    asyncio.run(leave())
    [line] = lines()
    assert line.status in statuses
    assert line.route == f"api/{name}"
