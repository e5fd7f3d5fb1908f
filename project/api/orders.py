from typing import Annotated

from msgspec import Meta, Struct

from fileapi import Config
from project.api._fields import by_hand, text
from project.orders.models import Order

config = Config(auth=None, idempotent=True)


class NewOrder(Struct):
    item: Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\u0000]*$")]


class OrderOut(Struct):
    id: int
    item: str


def POST(body: by_hand(NewOrder), res) -> OrderOut:
    """Order an item, once for each Idempotency-Key."""
    order = Order.objects.create(item=text(body, "item", max_length=200))
    res.status(201)
    return order
