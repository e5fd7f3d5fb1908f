"""What a request logs carries its id: in each thread, task and stream, and no other's."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client

from fileapi.request_log import NO_REQUEST, current_id

from .http.exchange import AsgiExchange, WsgiExchange, read
from .records import Records

AT_ONCE = 20


@pytest.fixture
def loading() -> str:
    """Import on first use: that makes no difference here."""
    return "lazy"


@pytest.fixture
def records() -> Iterator[Records]:
    with Records() as records:
        yield records


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    assert current_id.get() == NO_REQUEST
    yield
    assert current_id.get() == NO_REQUEST


ECHO = {"id.py": "def GET(req): return [req.id]"}

LOGS = {
    "_middleware.py": """
        import logging
        def middleware(req, res, next):
            logging.getLogger("app").info("before")
            answer = next()
            logging.getLogger("app").info("after")
            return answer
    """,
    "sync.py": """
        import logging
        def GET() -> None: logging.getLogger("app").info("sync")
    """,
    "later.py": """
        import asyncio, logging
        from asgiref.sync import sync_to_async
        async def GET() -> None:
            await asyncio.sleep(0)
            logging.getLogger("app").info("async")
            for sensitive in (True, False):
                await sync_to_async(logging.getLogger("app").info, thread_sensitive=sensitive)("x")
            await asyncio.create_task(task())
        async def task():
            logging.getLogger("app").info("task")
    """,
    "after.py": """
        import logging
        def GET(res):
            res.json(1).after(logging.getLogger("app").info, "after")
    """,
    "after_later.py": """
        import logging
        async def GET(res):
            res.json(1).after(job)
        async def job():
            logging.getLogger("app").info("after")
    """,
    "fails.py": "def GET(): raise RuntimeError",
    "stream.py": """
        import logging
        def parts():
            for part in "abc":
                logging.getLogger("app").info(part)
                yield part
        def GET(res): res.stream(parts())
    """,
    "stream_later.py": """
        import logging
        async def parts():
            for part in "abc":
                logging.getLogger("app").info(part)
                yield part
        async def GET(res): res.stream(parts())
    """,
}

EACH = [("sync", 3), ("later", 6), ("after", 3), ("after_later", 3), ("stream", 5)]


@pytest.mark.parametrize(("name", "count"), [*EACH, ("stream_later", 5), ("fails", 1)])
def test_every_record_of_a_request_has_its_id(
    api: Any, mode: str, records: Records, monkeypatch: pytest.MonkeyPatch, name: str, count: int
) -> None:
    """Through Django's own handlers: a server iterates and closes the answer."""
    monkeypatch.setattr(
        "django.db.backends.base.base.BaseDatabaseWrapper.close_if_unusable_or_obsolete",
        lambda self: None,
    )
    api(LOGS)
    exchange: Callable[..., Any] = WsgiExchange if mode == "wsgi" else AsgiExchange
    for id in ("first", "second"):
        records.found.clear()
        read(exchange("GET", f"/api/{name}", headers={"X-Request-ID": id}))
        assert records.ids("app") == count * [id]
        assert records.ids("fileapi.request") == [id]
        assert set(records.ids("django.request")) <= {id}
        logging.getLogger("app").warning("outside")
        assert records.ids("app")[-1] == NO_REQUEST
        assert current_id.get() == NO_REQUEST


class SyncOnly:
    sync_capable, async_capable = True, False

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        logging.getLogger("app").info("sync only")
        return self.get_response(request)


def async_only(get_response: Any) -> Any:
    async def middleware(request: Any) -> Any:
        logging.getLogger("app").info("async only")
        return await get_response(request)

    return middleware


async_only.sync_capable, async_only.async_capable = False, True  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["SyncOnly", "async_only"])
@pytest.mark.parametrize("first", [True, False])
def test_middleware_of_one_kind_alone_changes_nothing(
    api: Any, records: Records, settings: Any, name: str, first: bool
) -> None:
    both = ["fileapi.middleware.RequestLog", f"{__name__}.{name}"]
    settings.MIDDLEWARE = both if first else both[::-1]
    served = api({**ECHO, **LOGS})
    for path in ("id", "sync", "later"):
        records.found.clear()
        response = served.get(f"/api/{path}", headers={"X-Request-ID": path})
        assert response.headers["X-Request-ID"] == path
        assert set(records.ids("app")) == ({path} if first else {path, NO_REQUEST})
        assert current_id.get() == NO_REQUEST


def test_a_record_keeps_an_id_that_it_was_given(records: Records) -> None:
    logging.getLogger("app").warning("another's", extra={"request_id": "given"})
    logging.getLogger("app").warning("nobody's")
    assert records.ids("app") == ["given", NO_REQUEST]


MEET = {
    "sync.py": """
        import logging, threading
        together = threading.Barrier(20)
        def GET(req):
            together.wait(10)
            logging.getLogger("app").info(req.id)
            together.wait(10)
            logging.getLogger("app").info(req.id)
            return [req.id]
    """,
    "later.py": """
        import asyncio, logging
        from asgiref.sync import sync_to_async
        together = asyncio.Barrier(20)
        async def GET(req):
            for _ in range(3):
                async with asyncio.timeout(10):
                    await together.wait()
                logging.getLogger("app").info(req.id)
                await sync_to_async(logging.getLogger("app").info)(req.id)
            return [req.id]
    """,
}


def test_ids_of_twenty_threads_do_not_mix(
    write_tree: Any, mount_tree: Any, records: Records
) -> None:
    mount_tree(write_tree(MEET))

    def call(number: int) -> tuple[str, str, str]:
        response = Client().get("/api/sync", headers={"X-Request-ID": f"id-{number}"})
        return response.json()[0], response.headers["X-Request-ID"], current_id.get()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        found = list(threads.map(call, range(AT_ONCE)))
    expected = [f"id-{number}" for number in range(AT_ONCE)]
    assert found == [(id, id, NO_REQUEST) for id in expected]
    _each_has_its_own(records, 2)


def test_ids_of_twenty_tasks_do_not_mix(write_tree: Any, mount_tree: Any, records: Records) -> None:
    mount_tree(write_tree(MEET))

    async def call(number: int) -> tuple[str, str]:
        client = AsyncClient()
        response = await client.get("/api/later", headers={"X-Request-ID": f"id-{number}"})
        return response.json()[0], response.headers["X-Request-ID"]

    async def all_of_them() -> list[tuple[str, str]]:
        return await asyncio.gather(*(call(number) for number in range(AT_ONCE)))

    found = async_to_sync(all_of_them)()
    assert found == [(f"id-{number}", f"id-{number}") for number in range(AT_ONCE)]
    _each_has_its_own(records, 6)


def _each_has_its_own(records: Records, count: int) -> None:
    own = [record for record in records.found if record.name == "app"]
    assert len(own) == count * AT_ONCE
    assert [record.request_id for record in own] == [record.getMessage() for record in own]
    assert sorted(records.ids("fileapi.request")) == sorted(
        f"id-{number}" for number in range(AT_ONCE)
    )
