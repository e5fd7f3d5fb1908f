"""``req.check(obj)`` where there is nothing to ask, or no answer."""

from __future__ import annotations

from typing import Any

import pytest

from .books import fares
from .people import seen


@pytest.mark.parametrize("config", ["", "auth=None", "auth=None, permissions=None"])
def test_a_check_on_a_route_without_permissions_is_a_bug(
    books: Any, config: str, caplog: Any
) -> None:
    assert fares(books(config), "", "ann") == {"": 500, "ann": 500}
    assert "this route declares no permissions in its Config" in caplog.text


def test_a_check_is_a_bug_where_the_permissions_were_cleared(books: Any) -> None:
    assert fares(books("auth=[Token], permissions=None"), "", "bob") == {"": 500, "bob": 500}


@pytest.mark.parametrize("config", ["auth=[Token]", "auth=[Token], permissions=[Nods]"])
def test_a_check_is_a_bug_where_no_permission_decides_about_objects(
    books: Any, config: str
) -> None:
    assert fares(books(config), "bob") == {"bob": 500}


@pytest.mark.parametrize(
    "body", ["1 / 0", "raise AttributeError", "return obj.owner", "raise NotImplementedError"]
)
def test_f21_a_permission_that_raises_lets_nobody_have_the_object(books: Any, body: str) -> None:
    classes = f"class Guard(IsOwner):\n    def has_object_permission(self, r, v, obj): {body}"
    served = books("auth=[Token], permissions=[Guard]", classes)
    assert fares(served, "", "ann") == {"": 500, "ann": 500}


@pytest.mark.parametrize("body", ["return True", "return False"])
@pytest.mark.parametrize(
    "permissions",
    [
        "Guard",
        "Guard | IsRoot",
        "Guard & Nods",
    ],
)
def test_an_async_permission_lets_nobody_have_the_object(
    books: Any, permissions: str, body: str
) -> None:
    # The coroutine is kept, so that Python does not warn of it in a test that runs later.
    classes = f"""
class Guard(IsOwner):
    def has_object_permission(self, request, view, obj):
        seen.append(self.later())
        return seen[-1]
    async def later(self): {body}
"""
    served = books(f"auth=[Token], permissions=[{permissions}]", classes)
    try:
        assert fares(served, "", "bob") == {"": 500, "bob": 500}
    finally:
        for each in seen(served):
            if not isinstance(each, str):
                each.close()


def test_one_that_has_no_word_on_objects_is_a_bug_when_it_is_asked(books: Any) -> None:
    classes = "class Duck:\n    def has_permission(self, request, view): return True"
    assert fares(books("auth=[Token], permissions=[Duck]", classes), "ann") == {"ann": 500}
