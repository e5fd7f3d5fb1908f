"""Classes that guard a route, and what counts as a call of req.check."""

from __future__ import annotations

from typing import Any

import pytest

from fileapi.checks import check_routes

from .people import PEOPLE, USE, token

GET = "def GET(): return 'let in'\n"


def config(text: str) -> str:
    return f"{USE}config = Config({text})\n"


CHECKS = "def GET(req):\n    req.check({'owner': 'ann'})\n    return 'let in'\n"


@pytest.mark.parametrize(
    ("permissions", "handler"),
    [
        ("IsOwner", CHECKS),
        ("IsOwner | IsAdminUser", CHECKS),
        ("IsOwner", "from asgiref.sync import sync_to_async\nasync def GET(req):\n"
                    "    await sync_to_async(req.check)({'owner': 'ann'})\n    return 'let in'\n"),
        ("IsOwner", "def found(req):\n    req.check({'owner': 'ann'})\n"
                    "def GET(req):\n    found(req)\n    return 'let in'\n"),
        ("Both", GET),
        ("Both & IsAuthenticated", GET),
        ("IsRoot | IsAuthenticated", GET),
        ("Duck", GET),
        ("ByMethod", GET),
    ],
)  # fmt: skip
def test_these_classes_guard_a_route(api: Any, permissions: str, handler: str) -> None:
    classes = """
class Both(IsOwner):
    def has_permission(self, request, view):
        return request.user.is_authenticated

class Duck:
    def has_permission(self, request, view):
        return view.kwargs == {}

class ByMethod(BasePermission):
    action = "of its own"
    def has_permission(self, request, view):
        return request.method == "GET" and self.action and view.kwargs is not None
"""
    text = f"{USE}{classes}config = Config(auth=[Token], permissions=[{permissions}])\n{handler}"
    served = api({**PEOPLE, "a.py": text})
    assert check_routes() == []
    assert served.get("/api/a", **token("ann")).json() == "let in"


@pytest.mark.parametrize(
    "handler",
    [
        "def GET(req):\n    other = req\n    other.check({})",
        "def GET(req):\n    'req.check(obj) is not called'",
        "def GET(req):\n    # req.check(obj)\n    return 1",
        "def GET(req):\n    req.checks({})",
        "def GET(req):\n    return getattr(req, 'check')",
        "from ._shared import GET",
    ],
)
def test_what_is_no_call_of_req_check_does_not_count(api: Any, handler: str) -> None:
    text = f"{config('auth=[Token], permissions=[IsOwner]')}{handler}\n"
    api({**PEOPLE, "_shared.py": CHECKS, "a.py": text})
    assert [message.id for message in check_routes()] == ["fileapi.E032"]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_call_of_req_check_is_found_in_a_file_of_any_encoding(
    api: Any, write_tree: Any, tmp_path: Any, encoding: str
) -> None:
    text = config("auth=[Token], permissions=[IsOwner]") + CHECKS + "NAME = 'é'\n"
    served = api({**PEOPLE, "a.py": "", "b.py": GET})
    (path,) = tmp_path.rglob("a.py")
    path.write_bytes(f"# -*- coding: {encoding} -*-\n{text}".encode(encoding))
    served.folder.endpoint(served.folder.routes()[0]).refresh()
    assert [message.id for message in check_routes()] == []


def test_each_function_of_the_file_must_check(api: Any) -> None:
    text = config("auth=[Token], permissions=[IsOwner]") + CHECKS
    served = api({**PEOPLE, "a.py": f"{text}def DELETE(): return 'gone'\n"})
    assert served.delete("/api/a", **token("bob")).status_code != 200
