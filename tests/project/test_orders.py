"""``/api/orders``: an order for each key."""

from __future__ import annotations

from typing import Any

import pytest

from project.orders.models import Order

pytestmark = pytest.mark.django_db

KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


def test_an_order_that_is_sent_again_is_one_order(call: Any) -> None:
    first, second = (call("POST", "/api/orders", {"item": "tea"}, headers=KEY) for _ in range(2))
    order = Order.objects.get()
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json() == {"id": order.pk, "item": "tea"}


def test_an_order_without_a_key_is_refused(refused: Any) -> None:
    status, detail, _ = refused("POST", "/api/orders", {"item": "tea"})
    assert (status, detail.startswith("Send an Idempotency-Key: ")) == (400, True)


@pytest.mark.parametrize(
    ("item", "status"),
    [("", 400), (1, 422), (201 * "x", 422), ("a\0b", 422)],
    ids=["empty", "number", "long", "nul"],
)
def test_an_item_that_cannot_be_stored_is_refused_and_the_key_is_free(
    call: Any, refused: Any, item: Any, status: int
) -> None:
    assert refused("POST", "/api/orders", {"item": item}, headers=KEY)[0] == status
    assert call("POST", "/api/orders", {"item": "tea"}, headers=KEY).status_code == 201
