"""The same endpoints by django-ninja, with the schemas of the typed ones."""

# Without `from __future__ import annotations`: its signatures are read when they are decorated.
# ruff: noqa: I002
from typing import Any

from django.http import HttpRequest
from ninja import Body, NinjaAPI, Schema, Status
from ninja.security import HttpBearer

from benchmarks.cases import LISTED, items
from benchmarks.contenders.items.models import Item
from benchmarks.contenders.tokens import user_of

api = NinjaAPI(docs_url=None, openapi_url=None)


class Feedback(Schema):
    feedback: str


class Received(Schema):
    status: str
    feedback: str


class ItemOut(Schema):
    id: int
    title: str
    author: str
    pages: int
    cents: int


class Token(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str):
        return user_of(token)


@api.get("/hello")
def hello(request: HttpRequest):
    return {"message": "Hello, API!"}


@api.get("/users/{int:id}")
def user(request: HttpRequest, id: int):
    return {"id": id, "name": "Dynamic User"}


@api.post("/feedback", response={201: dict[str, Any]})
def feedback(request: HttpRequest, body: Body[dict[str, Any]]):
    return Status(201, {"status": "received", "feedback": body["feedback"]})


@api.post("/typed", response={201: Received})
def typed(request: HttpRequest, body: Feedback):
    return Status(201, {"status": "received", "feedback": body.feedback})


@api.get("/listing")
def listing(request: HttpRequest):
    return items(LISTED)


@api.get("/rows", response=list[ItemOut])
def rows(request: HttpRequest):
    return Item.objects.order_by("id")


@api.get("/guarded", auth=Token())
def guarded(request: HttpRequest):
    return {"id": request.auth.pk, "email": request.auth.email}
