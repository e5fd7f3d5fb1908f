from msgspec import Struct

from benchmarks.contenders.items.models import Item


class ItemOut(Struct):
    id: int
    title: str
    author: str
    pages: int
    cents: int


def GET() -> list[ItemOut]:
    return Item.objects.order_by("id")
