"""Streams hold threads of a WSGI server: only so many of them, and each gives its own back."""

from __future__ import annotations

import gc
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from fileapi import conf
from fileapi.http import streaming

from .exchange import AsgiExchange, WsgiExchange, read

WSGI = pytest.mark.parametrize("mode", ["wsgi"])

SOURCE = """
from fileapi import Config, Event
config = Config(max_streams={limit})

def parts(ends="\\n"):
    yield "1"
    if ends != "\\n":
        raise LookupError(ends)
    yield "2"

async def async_parts():
    yield "1"
    yield "2"

def GET(res, query):
    kind = query.get("kind", "stream")
    if kind == "sse":
        res.sse(Event(part) for part in parts())
    else:
        source = {{"stream": parts, "fails": lambda: parts("broken"), "async": async_parts}}[kind]
        res.set_header("X-A", "1").stream(source())
"""


@pytest.fixture(autouse=True)
def _every_place_comes_back(exchange: Any, monkeypatch: Any) -> Any:
    monkeypatch.setattr(streaming, "places", streaming._Places())
    yield
    gc.collect()
    assert streaming.places._taken == 0


def start(kind: str = "stream", method: str = "GET", **options: Any) -> WsgiExchange:
    return WsgiExchange(method, f"/api/a?kind={kind}", **options)


@WSGI
@pytest.mark.parametrize("kind", ["stream", "sse", "async"])
def test_one_stream_too_many_is_503_until_another_is_closed(api: Any, kind: str) -> None:
    served = api({"a.py": SOURCE.format(limit=2)})
    first, second = start(kind), start(kind)
    first.part()  # one has begun, the other has not
    response = served.get(f"/api/a?kind={kind}")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["detail"] == "Too many streams are open."
    second.leave()
    third = start(kind)
    assert third.status == 200
    assert start(kind).status == 503
    third.leave()
    first.leave()


@WSGI
def test_a_place_comes_back_however_a_stream_ends(api: Any) -> None:
    api({"a.py": SOURCE.format(limit=1)})
    read(start())
    early = start()
    early.part()
    early.leave()
    unread = start()
    unread.leave()
    fails = start("fails")
    assert fails.part() == b"1"
    with pytest.raises(LookupError):
        fails.part()
    assert read(start()) == b"12"


@WSGI
def test_a_place_comes_back_from_a_response_that_nobody_closes(api: Any, settings: Any) -> None:
    """A middleware may put another answer in its place, as ConditionalGetMiddleware does."""
    settings.MIDDLEWARE = ["django.middleware.http.ConditionalGetMiddleware"]
    api({"a.py": SOURCE.format(limit=1).replace('"X-A", "1"', '"ETag", \'"1"\'')})
    known = start(headers={"If-None-Match": '"1"'})
    assert known.status == 304
    known.leave()
    gc.collect()
    later = start()
    assert later.status == 200
    later.leave()


@WSGI
def test_HEAD_and_short_answers_take_no_place(api: Any) -> None:
    served = api({"a.py": SOURCE.format(limit=1), "b.py": "def GET(): return 1"})
    taken = start()
    assert start(method="HEAD").status == 200
    assert served.get("/api/b").status_code == 200
    taken.leave()


@WSGI
@pytest.mark.parametrize(("threads", "places"), [(1, 1), (2, 1), (3, 1), (4, 2), (9, 4)])
def test_half_of_the_threads_may_be_held_by_default(
    api: Any, settings: Any, threads: int, places: int
) -> None:
    settings.FILEAPI_THREADS = threads
    api({"a.py": SOURCE.format(limit=None)})
    held = [start() for _ in range(places)]
    assert [one.status for one in held] == [200] * places
    assert start().status == 503
    for one in held:
        one.leave()


@WSGI
def test_where_nobody_says_how_many_threads_there_are_all_may_be_held(api: Any) -> None:
    api({"a.py": SOURCE.format(limit=None)})
    held = [start() for _ in range(20)]
    assert {one.status for one in held} == {200}
    for one in held:
        one.leave()


@pytest.mark.parametrize("mode", ["asgi"])
def test_an_asgi_server_holds_no_thread_for_an_open_stream(api: Any) -> None:
    api({"a.py": SOURCE.format(limit=1)})
    held = [AsgiExchange("GET", "/api/a") for _ in range(3)]
    assert [one.part() for one in held] == [b"1"] * 3
    for one in held:
        one.leave()


@pytest.mark.parametrize("value", [0, -1, True, "4", 1.5])
def test_a_number_of_threads_is_a_number(settings: Any, value: Any) -> None:
    settings.FILEAPI_THREADS = value
    with pytest.raises(ImproperlyConfigured, match=r"FILEAPI_THREADS is .*; it is a number of"):
        conf.threads()
