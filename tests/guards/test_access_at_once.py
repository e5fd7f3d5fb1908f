"""Who sends one request is never taken for who sends another one at the same time."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.test import AsyncClient, Client

from .people import PEOPLE, USE, token

NAMES = ["ann", "bob", "root", "eve", ""] * 4
BOOK = """
import asyncio, threading
config = Config(auth=[Token], permissions=[IsOwner | IsRoot])
threads = threading.Barrier(4, timeout=10)
tasks = asyncio.Barrier(4)
"""
# Four requests are within the handler at once before any of them looks at who it is.
IN_THREADS = """
def GET(req, owner):
    before = req.user.username
    if before:
        threads.wait()
    req.check({"owner": owner})
    return [before, req.user.username, req.auth and req.auth["scopes"]]
"""
IN_TASKS = """
async def GET(req, owner):
    before = req.user.username
    if before:
        async with asyncio.timeout(10):
            await tasks.wait()
    req.check({"owner": owner})
    return [before, req.user.username, req.auth and req.auth["scopes"]]
"""


def wanted(owner: str) -> list[tuple[int, Any]]:
    """Return what each of NAMES is to get: eve's token is nobody's."""
    return [
        (200, [name, name, [name]]) if name in (owner, "root") else (401 if name in ("eve", "")
         else 403, None)
        for name in NAMES
    ]  # fmt: skip


def got(answer: Any) -> tuple[int, Any]:
    return answer.status_code, answer.json() if answer.status_code == 200 else None


@pytest.mark.parametrize("mode", ["wsgi"])
def test_two_threads_do_not_mix_users(api: Any, mode: str) -> None:
    api({**PEOPLE, "[owner].py": USE + BOOK + IN_THREADS})

    def ask(name: str) -> Any:
        client = Client(raise_request_exception=False)
        return client.get("/api/ann", **(token(name) if name else {}))

    with ThreadPoolExecutor(len(NAMES)) as pool:
        assert [got(answer) for answer in pool.map(ask, NAMES)] == wanted("ann")


@pytest.mark.parametrize("mode", ["asgi"])
def test_two_tasks_do_not_mix_users(api: Any, mode: str) -> None:
    api({**PEOPLE, "[owner].py": USE + BOOK + IN_TASKS})

    async def ask_all() -> list[Any]:
        clients = [AsyncClient(raise_request_exception=False) for _ in NAMES]
        return await asyncio.gather(
            *(
                client.get("/api/bob", **(token(name) if name else {}))
                for client, name in zip(clients, NAMES, strict=True)
            )
        )

    assert [got(answer) for answer in asyncio.run(ask_all())] == wanted("bob")
