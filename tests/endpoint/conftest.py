"""What the tests of one route file share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fileapi.endpoint.module import RouteError
from fileapi.routing.problem import Problem


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
