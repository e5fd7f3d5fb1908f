"""Whom the handler, middleware and views of Django and DRF meet behind the guards."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.test import AsyncClient, Client
from rest_framework.test import APIClient

from .people import NO_CREDENTIALS, PEOPLE, USE, refusal, token


@pytest.fixture
def known_to_django(settings: Any) -> None:
    """Let Django's own middleware know a user, whoever asks."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.somebody"]


def somebody(get_response: Any) -> Any:
    """Stand for the middleware that knows the user of a session."""
    user = SimpleNamespace(username="session", is_active=True, is_authenticated=True, pk=1)

    async def auser() -> Any:
        return user

    def middleware(request: Any) -> Any:
        request.user, request.auser = user, auser
        return get_response(request)

    if iscoroutinefunction(get_response):
        markcoroutinefunction(middleware)
    return middleware


@pytest.mark.usefixtures("known_to_django")
def test_a_user_of_djangos_middleware_is_a_stranger_without_session_authentication(
    guarded: Any,
) -> None:
    assert refusal(guarded("auth=[Token]").get("/api/a")) == NO_CREDENTIALS
    optional = guarded("auth=[Token], permissions=None")
    assert optional.get("/api/a").json() == ["", None]
    assert optional.get("/api/a", **token("bob")).json()[0] == "bob"


@pytest.mark.usefixtures("known_to_django")
def test_without_a_policy_the_user_is_that_of_djangos_middleware(guarded: Any) -> None:
    assert guarded("").get("/api/a").json() == ["session", None]
    assert guarded("auth=None").get("/api/a").json() == ["session", None]


@pytest.mark.usefixtures("known_to_django")
def test_an_async_handler_meets_the_same_user_by_auser(api: Any) -> None:
    text = f"{USE}config = Config(auth=[Token], permissions=None)\n"
    text += "async def GET(req): return (await req.auser()).username"
    served = api({**PEOPLE, "a.py": text})
    assert served.get("/api/a", **token("bob")).json() == "bob"
    assert served.get("/api/a").json() == ""


def test_djangos_request_has_the_user_too(api: Any, kind: str) -> None:
    text = f"{USE}config = Config(auth=[Token])\n"
    text += f"{kind} GET(req): return [req.django.user.username, req.user is req.django.user]"
    served = api({**PEOPLE, "a.py": text})
    assert served.get("/api/a", **token("ann")).json() == ["ann", True]


def test_middleware_of_the_folder_meets_the_user(guarded: Any) -> None:
    middleware = "def middleware(req, res, next):\n    res.set_header('X-User', req.user.username)"
    served = guarded("auth=[Token]", **{"_middleware.py": middleware + "\n    next()"})
    assert served.get("/api/a", **token("ann")).headers["X-User"] == "ann"
    assert "X-User" not in served.get("/api/a").headers


VIEW_SET = """
from rest_framework import viewsets
from rest_framework.response import Response

class Books(viewsets.ViewSet):
    authentication_classes = [{own}]
    permission_classes = []

    def list(self, request):
        return Response([getattr(request.user, "username", None), request.auth])

    def create(self, request):
        return Response([getattr(request.user, "username", None), request.data], status=201)

handler = Books.as_view({{"get": "list", "post": "create"}})
"""


def test_a_view_set_of_drf_stands_behind_the_guards_and_keeps_its_own_classes(api: Any) -> None:
    text = f"{USE}config = Config(auth=[Token])\n{VIEW_SET.format(own='Token')}"
    served = api({**PEOPLE, "books.py": text})
    assert refusal(served.get("/api/books")) == NO_CREDENTIALS
    assert served.post("/api/books", json={}).status_code == 401
    assert served.options("/api/books").status_code == 401
    assert served.get("/api/books", **token("ann")).json() == ["ann", {"scopes": ["ann"]}]
    made = served.post("/api/books", json={"a": 1}, **token("ann"))
    assert (made.status_code, made.json()) == (201, ["ann", {"a": 1}])


def test_a_view_of_django_behind_the_guards_meets_their_user(api: Any) -> None:
    text = """
from django.http import JsonResponse
from django.views import View
class Me(View):
    def get(self, request, **parameters):
        return JsonResponse([request.user.username, request.auth], safe=False)
handler = Me.as_view()
"""
    served = api({**PEOPLE, "me.py": f"{USE}config = Config(auth=[Token])\n{text}"})
    assert refusal(served.get("/api/me")) == NO_CREDENTIALS
    assert served.get("/api/me", **token("ann")).json() == ["ann", {"scopes": ["ann"]}]


def test_a_view_set_with_drfs_default_classes_takes_a_token_of_the_guards(api: Any) -> None:
    own = "SessionAuthentication, BasicAuthentication"
    text = f"{USE}from rest_framework.authentication import {own}\n"
    text += f"config = Config(auth=[Token])\n{VIEW_SET.format(own=own)}"
    served = api({**PEOPLE, "books.py": text})
    served.client = Client(enforce_csrf_checks=True)
    served.async_client = AsyncClient(enforce_csrf_checks=True)
    assert served.post("/api/books", json={}, **token("ann")).status_code == 201


@pytest.mark.django_db  # force_authenticate(None) logs out of the session
@pytest.mark.parametrize("mode", ["wsgi"])
def test_force_authenticate_of_drfs_test_client_works(guarded: Any, mode: str) -> None:
    served = guarded("auth=[Token], permissions=[IsRoot]")
    client = served.client = APIClient()
    user = type("User", (), {"username": "root", "is_authenticated": True})()
    client.force_authenticate(user, {"scopes": "all"})
    assert served.get("/api/a").json() == ["root", {"scopes": "all"}]
    assert client.post("/api/a", {}, format="json").json() == "changed"
    client.force_authenticate(type("User", (), {"username": "ann", "is_authenticated": True})())
    assert refusal(served.get("/api/a")) == (403, "Only root may.", None)
    client.force_authenticate(None)
    assert refusal(served.get("/api/a")) == NO_CREDENTIALS
