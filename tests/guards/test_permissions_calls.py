"""Where a handler may call ``req.check``, and what comes of it there."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fileapi.checks import check_routes

from .people import PEOPLE, USE

POLICY = f"{USE}config = Config(auth=[Token], permissions=[IsOwner])\n"

CHECKED = {
    "a function of the file": "def found(req):\n    req.check({})\n"
    "def GET(req): found(req)\ndef POST(req): found(req)",
    "a function of a function": "def _make():\n    def inner(req):\n        req.check({})\n"
    "    return inner\nGET = _make()",
    "a lambda": "GET = lambda req: req.check({})",
    "a decorator": "def checked(function):\n    def inner(req):\n        req.check({})\n"
    "        return function(req)\n    return inner\n"
    "@checked\ndef GET(req): return 1\n@checked\ndef POST(req): return 1",
    "middleware": "def middleware(req, res, next):\n    req.check({})\n    next()\n"
    "def GET(): return 1\ndef POST(): return 1",
}
ELSEWHERE = {
    "an object that is called": "class Answer:\n    def __call__(self, req, res):\n"
    "        req.check({})\nhandler = Answer()",
    "a method": "class Books:\n    @staticmethod\n    def one(req):\n        req.check({})\n"
    "GET = Books.one",
    "a branch": "if True:\n    def GET(req):\n        req.check({})",
    "beside an empty handler": "handler = None\ndef GET(req):\n    req.check({})",
    "two names at once": "def both(req):\n    req.check({})\nGET = POST = both\n"
    "PUT, PATCH = GET, POST",
    "an annotated name": "GET: object = lambda req: req.check({})",
}  # fmt: skip


@pytest.mark.parametrize("place", CHECKED)
def test_a_handler_may_call_it_by_what_the_file_holds(api: Any, place: str) -> None:
    api({**PEOPLE, "a.py": POLICY + CHECKED[place]})
    assert check_routes() == []


@pytest.mark.parametrize("place", ELSEWHERE)
def test_a_handler_may_be_made_in_any_way(api: Any, place: str) -> None:
    api({**PEOPLE, "a.py": POLICY + ELSEWHERE[place]})
    assert check_routes() == []


@pytest.mark.parametrize(
    "text",
    [
        "def GET(req):\n    req.check({})\nDELETE = len",
        "def GET(req):\n    req.check({})\ndef DELETE(req):\n    'As GET does.'\n    return 1",
        "def wrap(function):\n    def inner(req): return function(req)\n    return inner\n"
        "@wrap\ndef GET(req): req.check({})\n@wrap\ndef POST(req): return 1",
        "def middleware(req, res, next):\n    next()\ndef GET(req): req.check({})\n"
        "def POST(req): return 1",
        "def unused(req):\n    req.check({})\ndef GET(req): return 1",
    ],
)
def test_what_another_function_does_is_no_call(api: Any, text: str) -> None:
    api({**PEOPLE, "a.py": POLICY + text})
    assert [message.id for message in check_routes()] == ["fileapi.E032"]


@pytest.mark.parametrize("mode", ["asgi"])
def test_f21_a_check_that_raises_stop_iteration_ends_the_request(api: Any, mode: str) -> None:
    text = f"""{USE}from asgiref.sync import sync_to_async
class Guard(IsOwner):
    def has_object_permission(self, request, view, obj):
        return next(each for each in () if each)
config = Config(auth=[Token], permissions=[Guard])
async def GET(req): await sync_to_async(req.check)({{}})
"""
    served = api({**PEOPLE, "a.py": text})

    async def ask() -> Any:
        async with asyncio.timeout(2):
            return await served.async_client.get("/api/a")

    assert asyncio.run(ask()).status_code == 500


@pytest.mark.parametrize("error", ["NotAuthenticated", "AuthenticationFailed"])
def test_a_401_of_the_handler_says_how_to_authenticate(api: Any, error: str) -> None:
    text = f"{USE}from rest_framework.exceptions import {error}\n"
    text += f"config = Config(auth=[Token], permissions=None)\ndef GET(): raise {error}"
    answer = api({**PEOPLE, "a.py": text}).get("/api/a")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Token realm="tests"'
