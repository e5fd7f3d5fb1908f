# Without `from __future__ import annotations`: its signatures are read when they are decorated.
# ruff: noqa: I002
import datetime
from decimal import Decimal

from django.http import HttpRequest
from ninja import NinjaAPI, Schema

from tests.library.models import Book

api = NinjaAPI(docs_url=None, openapi_url=None)


class FlatOut(Schema):
    id: int
    title: str
    price: Decimal
    published: datetime.date
    seen_at: datetime.datetime
    pages: int | None
    score: float


class AuthorOut(Schema):
    id: int
    name: str


class NestedOut(FlatOut):
    author: AuthorOut


@api.get("/flat", response=list[FlatOut])
def flat(request: HttpRequest):
    return Book.objects.all()


@api.get("/nested", response=list[NestedOut])
def nested(request: HttpRequest):
    return Book.objects.select_related("author")
