"""The same endpoints by django-ninja, with the schemas of the typed one."""

# Without `from __future__ import annotations`: its signatures are read when they are decorated.
# ruff: noqa: I002
from typing import Any

from django.http import HttpRequest
from ninja import Body, NinjaAPI, Schema, Status

api = NinjaAPI(docs_url=None, openapi_url=None)


class Feedback(Schema):
    feedback: str


class Received(Schema):
    status: str
    feedback: str


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
