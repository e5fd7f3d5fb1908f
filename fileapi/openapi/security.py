"""Authentication classes as security schemes, told by the challenge that they answer with."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.test import RequestFactory

from fileapi.config import Config
from fileapi.guards.order import classes

# What a client, and Swagger UI with it, knows how to send.
_KNOWN = ("basic", "bearer", "digest")


def security(config: Config, schemes: dict[str, Any]) -> list[dict[str, list[str]]] | None:
    """Return how a route may be called, one of several; None where nobody need be known."""
    auth, permissions = classes(config)
    if not auth:
        return None
    found: list[dict[str, list[str]]] = [{_name(each, schemes): []} for each in auth]
    return found if permissions else [*found, {}]


def _name(authentication: Any, schemes: dict[str, Any]) -> str:
    """Return the name of a class's scheme, with a number where another scheme has it."""
    scheme = _scheme(authentication)
    name, number = authentication.__name__, 2
    while schemes.setdefault(name, scheme) != scheme:
        name, number = f"{authentication.__name__}{number}", number + 1
    return str(name)


def _scheme(authentication: Any) -> dict[str, Any]:
    from rest_framework.request import Request

    request = Request(RequestFactory().get("/"))
    challenge = authentication().authenticate_header(request)
    if not challenge:  # a session
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
    scheme = challenge.split(None, 1)[0]
    if scheme.lower() in _KNOWN:
        return {"type": "http", "scheme": scheme.lower()}
    return {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": f"`{scheme}`, a space, and the credentials.",
    }
