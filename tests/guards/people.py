"""Authentication and permission classes that the trees of these tests name: ``PEOPLE``."""

from __future__ import annotations

import importlib
from io import StringIO
from typing import Any

import pytest
from django.core.checks import Error
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from fileapi.checks import check_routes

# Known by "Authorization: Token <name>": ann and bob, and root, who is staff.
WHO = """
    from types import SimpleNamespace
    from rest_framework.authentication import BaseAuthentication
    from rest_framework.exceptions import AuthenticationFailed
    from rest_framework.permissions import BasePermission, IsAdminUser, IsAuthenticated

    seen = []

    def person(name):
        return SimpleNamespace(
            pk=name, username=name, is_authenticated=True, is_active=True, is_staff=name == "root"
        )

    class Token(BaseAuthentication):
        def authenticate(self, request):
            seen.append("Token")
            scheme, _, name = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
            if scheme != "Token":
                return None
            if name not in ("ann", "bob", "root"):
                raise AuthenticationFailed("Nobody has this token.")
            return person(name), {"scopes": [name]}

        def authenticate_header(self, request):
            return 'Token realm="tests"'

    class Key(BaseAuthentication):
        '''No challenge; refuses by raising, knows ann by the key "1".'''
        def authenticate(self, request):
            seen.append("Key")
            key = request.headers.get("X-Key")
            if key is None:
                return None
            if key != "1":
                raise AuthenticationFailed("Nobody has this key.")
            return person("ann"), None

    class Nobody(BaseAuthentication):
        def authenticate(self, request):
            return None

        def authenticate_header(self, request):
            return "Nobody"

    class IsRoot(BasePermission):
        message = "Only root may."
        code = "not_root"
        def has_permission(self, request, view):
            seen.append("IsRoot")
            return request.user.username == "root"

    class IsOwner(BasePermission):
        message = "It is not yours."
        def has_object_permission(self, request, view, obj):
            return obj["owner"] == getattr(request.user, "username", None)

    class Nods(BasePermission):
        def has_permission(self, request, view):
            seen.append("Nods")
            return True
"""

PEOPLE = {"_who.py": WHO}
USE = "from fileapi import Config\nfrom ._who import *\n"


def token(name: str) -> dict[str, Any]:
    """Return what a request of this person carries."""
    return {"headers": {"authorization": f"Token {name}"}}


def seen(served: Any) -> list[Any]:
    """Return what the classes of a served tree noted."""
    noted: list[Any] = importlib.import_module(f"{served.folder.package}._who").seen
    return noted


def refusal(response: Any) -> tuple[int, str, str | None]:
    """Return status, detail and challenge of a problem document."""
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == response.status_code
    return response.status_code, problem["detail"], response.headers.get("WWW-Authenticate")


NO_CREDENTIALS = (401, "Authentication credentials were not provided.", 'Token realm="tests"')


def check_refused(served: Any, file: str, id: str, message: str, hint: str) -> None:
    """Hold that a file is refused by the check and by the command, and answers 500."""
    (found,) = check_routes()
    assert (type(found), found.id) == (Error, f"fileapi.{id}")
    assert found.msg.startswith(f"{file!r} ")
    assert message in found.msg
    assert hint in str(found.hint)
    with pytest.raises(SystemCheckError, match=rf"\(fileapi\.{id}\)"):
        call_command("check", "--tag", "fileapi", stdout=StringIO(), stderr=StringIO())
    for method in ("GET", "POST", "OPTIONS", "TRACE"):
        answer = served.request(method, "/api/a", **token("root"))
        assert (answer.status_code, answer.json()) == (
            500,
            {"type": "about:blank", "title": "Internal Server Error", "status": 500},
        )


def body_is_unread(answer: Any) -> bool:
    """Tell whether nothing has asked Django's request for its body."""
    request = getattr(answer, "wsgi_request", None) or answer.asgi_request
    return not request._read_started and not hasattr(request, "_body")
