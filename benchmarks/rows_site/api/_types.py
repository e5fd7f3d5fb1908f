import datetime
from decimal import Decimal

from msgspec import Struct


class FlatOut(Struct):
    id: int
    title: str
    price: Decimal
    published: datetime.date
    seen_at: datetime.datetime
    pages: int | None
    score: float


class AuthorOut(Struct):
    id: int
    name: str


class NestedOut(FlatOut):
    author: AuthorOut
