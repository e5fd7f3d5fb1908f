"""What the tests of one route file share."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Callable
from typing import Any

import pytest

from fileapi.endpoint.module import RouteError
from fileapi.routing.problem import Problem

MIXES = list(itertools.product(["sync", "async"], repeat=3))
SEEN = """
from contextvars import ContextVar
seen = []
variable = ContextVar("variable")
"""


@pytest.fixture
def loading() -> str:
    """Import on first use, in tests where that makes no difference."""
    return "lazy"


@pytest.fixture
def problem_of(write_tree: Any, mount_tree: Any) -> Callable[..., Problem | None]:
    """Return what keeps a route file from serving, None for one that serves.

    ``problem_of({"users/[id].py": "..."})``; the route asked for is the first, or ``file``.
    """

    def problem_of(files: dict[str, str], file: str | None = None) -> Problem | None:
        folder = mount_tree(write_tree(files)).folder
        route = next(route for route in folder.routes() if file in (None, route.file))
        try:
            folder.endpoint(route).load()
        except RouteError as error:
            return error.problem
        return None

    return problem_of


@pytest.fixture
def errors_logged(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """Return a function that lists what django.request has logged as errors."""

    def errors() -> list[str]:
        return [
            record.getMessage()
            for record in caplog.records
            if record.name == "django.request" and record.levelname == "ERROR"
        ]

    return errors


def spelled(text: str, kind: str) -> str:
    """Return ``text`` with DEF and AWAIT written for sync or async functions."""
    if kind == "async":
        return text.replace("DEF ", "async def ").replace("AWAIT ", "await ")
    return text.replace("DEF ", "def ").replace("AWAIT ", "")


@pytest.fixture(params=MIXES, ids="-".join)
def serve(request: pytest.FixtureRequest, api: Any) -> Callable[..., Any]:
    """Serve a folder's middleware, a file's and a handler, each sync or async."""
    kinds = request.param

    def serve(folder: str, file: str, handler: str) -> Any:
        texts = [textwrap.dedent(text) for text in (folder, file, handler)]
        outer, inner, last = map(spelled, texts, kinds)
        return api({"_seen.py": SEEN, "_middleware.py": outer, "a.py": inner + last})

    return serve
