"""What the tests of idempotency keys share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fileapi.idempotency.models import IdempotencyKey
from project.orders.models import Order

HEAD = """
from fileapi import Config, HttpError
from project.orders.models import Order

config = Config(auth=None, idempotent=True)
"""
ORDER = f"""{HEAD}
def POST(body, res):
    order = Order.objects.create(item=body["item"])
    res.status(201).set_header("X-Number", str(order.pk)).json({{"id": order.pk}})
"""
TEA = {"item": "tea"}


@pytest.fixture
def loading() -> str:
    """Import on first use: that makes no difference here."""
    return "lazy"


@pytest.fixture
def send() -> Callable[..., Any]:
    """Send a request with a key; without another word it is POST /api/a with TEA."""

    def send(
        site: Any,
        key: str | None = "8e03978e",
        method: str = "POST",
        path: str = "/api/a",
        **more: Any,
    ) -> Any:
        headers = {**({} if key is None else {"Idempotency-Key": key}), **more.pop("headers", {})}
        if not {"json", "data"} & more.keys():
            more["json"] = TEA
        return site.request(method, path, headers=headers, **more)

    return send


@pytest.fixture
def effects(transactional_db: None) -> Callable[[], int]:
    """Return a function that counts the orders that were committed."""
    return Order.objects.count


@pytest.fixture
def kept(transactional_db: None) -> Callable[[], int]:
    """Return a function that counts the keys that were committed."""
    return IdempotencyKey.objects.count
