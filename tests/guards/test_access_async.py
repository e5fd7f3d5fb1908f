"""Async classes: a coroutine that nobody awaits is true, and lets nobody in."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from types import CoroutineType
from typing import Any

import pytest

from .failing import authentication, behind, nobody_gets_in, permission
from .people import PEOPLE

# Python warns of a coroutine that is never awaited wherever it happens to be collected.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")


@pytest.fixture(params=["def", "async def"])
def kind(request: pytest.FixtureRequest) -> str:
    """How the handlers are written."""
    return str(request.param)


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """Close what a test left unawaited, before a later one is told of it."""
    yield
    for each in gc.get_objects():
        if type(each) is CoroutineType and each.__name__ in ("authenticate", "has_permission"):
            each.close()


@pytest.mark.parametrize("make", [permission, authentication])
def test_an_async_class_lets_nobody_in(api: Any, kind: str, make: Any) -> None:
    bodies = ["return True", "return False", "return None", "return (None, None)"]
    files = {
        f"{number}.py": behind(kind, *make(body, define="async def"))
        for number, body in enumerate(bodies)
    }
    served = api({**PEOPLE, **files})
    assert all(nobody_gets_in(served, path=f"/api/{number}") for number in range(len(bodies)))


@pytest.mark.parametrize(
    "combined",
    [
        "Guard & Nods",
        "~~Guard",
        "Nods & Guard",
        "Guard | Nods",
    ],
)
def test_an_async_class_within_an_expression_lets_nobody_in(
    api: Any, kind: str, combined: str
) -> None:
    config = f"auth=[Token], permissions=[{combined}]"
    guard = permission("return False", config, "async def")
    assert nobody_gets_in(api({**PEOPLE, "a.py": behind(kind, *guard)}))


@pytest.mark.parametrize("define", ["def", "async def"])
def test_a_permission_that_yields_lets_nobody_in(api: Any, kind: str, define: str) -> None:
    guard = permission("yield False", define=define)
    assert nobody_gets_in(api({**PEOPLE, "a.py": behind(kind, *guard)}))


def test_a_permission_that_returns_a_coroutine_says_what_to_do(
    api: Any, kind: str, caplog: Any
) -> None:
    guard = permission("return self.later()\n    async def later(self): return True")
    assert nobody_gets_in(api({**PEOPLE, "a.py": behind(kind, *guard)}))
    assert "An async permission class cannot guard a route. Make it sync." in caplog.text
