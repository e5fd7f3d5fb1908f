"""What is in the store, who drops it, and how often an answer is computed."""

from __future__ import annotations

import pickle
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import msgspec
import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from fileapi import invalidate
from fileapi.caches import JSONSerializer
from fileapi.guards.cache.flights import Flights

from .kept import route, runs

pytestmark = pytest.mark.usefixtures("empty_cache")

TAGGED = route("60, tags=['books']", "def GET(): return next(n)")
BY_REQUEST = route(
    "60, tags=lambda req: ['books', f'book:{req.params[\"id\"]}']", "def GET(id): return next(n)"
)


def stored() -> dict[str, Any]:
    """Return what is in the store, by key."""
    return {name.partition(":1:")[2]: pickle.loads(data) for name, data in cache._cache.items()}


def test_h20_what_is_stored_is_json(api: Any) -> None:
    api({"a.py": PLAIN}).get("/api/a")
    [(name, data)] = stored().items()
    assert name.startswith("fileapi:cache:")
    assert set(msgspec.json.decode(data)) == {"at", "seconds", "tags", "answer"}


GOOD = {"status": 200, "content_type": "text/plain", "headers": {}, "body": "aGk="}


def altered(**fields: Any) -> bytes:
    entry = {"at": time.time(), "seconds": 60, "tags": {}, "answer": {**GOOD, **fields}}
    return msgspec.json.encode(entry)


BAD = {
    "nothing": b"",
    "a pickle": pickle.dumps("cos\nsystem"),
    "no UTF-8": b"\xff\xfe",
    "deep": b"[" * 100_000,
    "another type": b"[1]",
    "another field": b'{"at": "x"}',
    "no bytes": "text",
    "a number": 1,
    "a huge time": b'{"at": 1e400, "seconds": 60, "tags": {}, "answer": {}}',
    "a status": altered(status=99),
    "a status line": altered(status=2_000_000),
    "a header": altered(headers={"X-A": "b\r\nSet-Cookie: c=d"}),
    "a header's name": altered(headers={"X A": "b"}),
    "a cookie": altered(headers={"Set-Cookie": "a=b"}),
    "a length": altered(headers={"Content-Length": "1"}),
    "a type": altered(content_type="text/html\r\n\r\n<script>"),
    "a body": altered(body="!"),
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_h20_what_others_have_written_is_a_miss(api: Any, data: Any) -> None:
    site = api({"a.py": PLAIN})
    assert site.get("/api/a").json() == 1
    [name] = stored()
    cache.set(name, data)
    response = site.get("/api/a")
    assert (response.status_code, response.json()) == (200, 2)
    assert response.headers["Content-Type"] == "application/json"
    assert "X-A" not in response.headers
    assert "Age" in site.get("/api/a").headers


PLAIN = route("60", "def GET(): return next(n)")


@pytest.mark.parametrize("value", [b"", b"a", b"b1", "a", 1, None, True, [1], {"a": "b"}], ids=repr)
def test_h20_the_serializer_brings_back_what_it_was_given(value: Any) -> None:
    serializer = JSONSerializer()
    assert serializer.loads(serializer.dumps(value)) == value


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_h20_the_serializer_runs_nothing_and_never_fails(data: Any) -> None:
    if isinstance(data, bytes):
        JSONSerializer().loads(data)
        assert JSONSerializer().loads(pickle.dumps(print)) is None


def test_what_has_a_tag_is_dropped_by_it(api: Any) -> None:
    site = api({"a.py": TAGGED, "b/[id=int].py": BY_REQUEST, "c.py": PLAIN})
    paths = ["/api/a", "/api/b/1", "/api/b/2", "/api/c"]

    def dropped(*tags: str) -> list[str]:
        for path in paths:
            site.get(path)
        invalidate(*tags)
        return [path for path in paths if "Age" not in site.get(path).headers]

    assert dropped() == []
    assert dropped("films") == []
    assert dropped("book:1") == ["/api/b/1"]
    assert dropped("book:1", "book:2") == ["/api/b/1", "/api/b/2"]
    assert dropped("books") == paths[:3]
    with pytest.raises(ValueError, match="The tag 1 is no text"):
        invalidate(1)  # type: ignore[arg-type]


def test_what_was_computed_before_a_tag_was_dropped_is_not_kept(api: Any) -> None:
    text = "from fileapi import invalidate\ndef GET():\n    invalidate('books')\n    return next(n)"
    site = api({"a.py": route("60, tags=['books']", text)})
    assert [site.get("/api/a").json() for _ in range(3)] == [1, 2, 3]


def test_a_store_that_has_forgotten_what_a_tag_was_worth_brings_nothing_back(api: Any) -> None:
    site = api({"a.py": TAGGED})
    site.get("/api/a")
    [answer] = [name for name, data in stored().items() if isinstance(data, bytes)]
    [tag] = set(stored()) - {answer}
    old = cache.get(tag)
    cache.delete(tag)
    assert "Age" not in site.get("/api/a").headers
    assert cache.get(tag) not in (None, old)


@pytest.mark.django_db(transaction=True)
def test_a_tag_is_dropped_again_when_its_transaction_commits(
    mount_tree: Any, write_tree: Any
) -> None:
    mount_tree(write_tree({"a.py": TAGGED}))
    client = Client()
    with transaction.atomic():
        client.get("/api/a")
        invalidate("books")
        assert client.get("/api/a").json() == 2  # of what others see before the commit
    assert client.get("/api/a").json() == 3


def test_no_lock_is_left_behind(api: Any) -> None:
    text = "def GET(query):\n    if 'e' in query: raise ValueError\n    return next(n)"
    site = api({"a.py": route("60", text)})
    assert [site.get(f"/api/a{query}").status_code for query in ("", "?e")] == [200, 500]
    assert [name for name in stored() if name.endswith(":lock")] == []


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_h19_of_many_at_once_one_runs_the_handler(
    write_tree: Any, mount_tree: Any, kind: str
) -> None:
    wait = "await asyncio.sleep(0.3)" if kind == "async def" else "time.sleep(0.3)"
    text = f"import asyncio, time\n{kind} GET():\n    {wait}\n    return next(n)"
    site = type("Site", (), {"folder": mount_tree(write_tree({"a.py": route("60", text)})).folder})
    Client().get("/api/none")
    barrier = Barrier(30)

    def call(_: int) -> Any:
        barrier.wait(timeout=30)
        return Client().get("/api/a").json()

    with ThreadPoolExecutor(30) as threads:
        assert set(threads.map(call, range(30))) == {1}
    assert runs(site, "a") == 1


def test_h19_who_waits_for_one_that_fails_asks_for_itself(write_tree: Any, mount_tree: Any) -> None:
    text = "import time\ndef GET():\n    time.sleep(0.2)\n    if next(n) == 1: raise ValueError\n"
    text += "    return 'yes'"
    mount_tree(write_tree({"a.py": route("60", text)}))
    barrier = Barrier(5)

    def call(_: int) -> int:
        barrier.wait(timeout=30)
        return Client(raise_request_exception=False).get("/api/a").status_code

    with ThreadPoolExecutor(5) as threads:
        assert sorted(threads.map(call, range(5))) == [200] * 4 + [500]


def test_h19_another_process_that_computes_is_waited_for_and_one_that_died_is_not(
    api: Any, monkeypatch: Any
) -> None:
    site = api({"a.py": PLAIN})
    site.get("/api/a")
    [name] = stored()
    data = cache.get(name)
    cache.delete(name)
    cache.set(f"{name}:lock", 1, 10)
    with ThreadPoolExecutor(1) as threads:
        later = threads.submit(lambda: (time.sleep(0.2), cache.set(name, data, 60)))
        assert site.get("/api/a").json() == 1  # computed by the other
        later.result()
    cache.delete(name)
    cache.set(f"{name}:lock", 1, 1)  # it is never released
    begin = time.monotonic()
    assert site.get("/api/a").json() == 2
    assert 0.5 < time.monotonic() - begin < 5


def test_flights_are_forgotten_when_they_land() -> None:
    flights = Flights()
    future, is_first = flights.join("a")
    assert (is_first, flights.join("a")) == (True, (future, False))
    assert not future.cancel()  # by one who waits no longer
    flights.land("a", 1)
    assert (future.result(0), flights.join("a")[1]) == (1, True)
