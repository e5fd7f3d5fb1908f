"""Classes of one method whose body a test writes, and what is to come of them."""

from __future__ import annotations

from typing import Any

from .people import USE, seen, token

TOP = f"{USE}from django.core.exceptions import *\nfrom rest_framework.exceptions import *\n"
TOP += "from django.contrib.auth.models import AnonymousUser\n"
BUG = {"type": "about:blank", "title": "Internal Server Error", "status": 500}


def behind(kind: str, classes: str, config: str) -> str:
    """Return a file behind these classes; its middleware and its handler note that they ran."""
    middleware = "def middleware(req, res, next):\n    seen.append('ran')\n    next()\n"
    handler = f"{kind} handler(req):\n    seen.append('ran')\n    return 'let in'\n"
    return f"{TOP}{classes}\nconfig = Config({config})\n{middleware}{handler}"


def permission(
    body: str, config: str = "auth=[Token], permissions=[Guard]", define: str = "def"
) -> tuple[str, str]:
    """Return a class and a config."""
    method = f"{define} has_permission(self, request, view)"
    return f"class Guard(BasePermission):\n    {method}: {body}\n", config


def authentication(
    body: str, config: str = "auth=[Guard], permissions=None", define: str = "def"
) -> tuple[str, str]:
    """Return a class and a config which lets in whoever it does not know."""
    method = f"{define} authenticate(self, request)"
    return f"class Guard(BaseAuthentication):\n    {method}: {body}\n", config


def nobody_gets_in(served: Any, status: int = 500, path: str = "/api/a") -> bool:
    """Tell whether each request gets this status, and nothing behind the guards has run."""
    for method in ("GET", "POST"):
        for options in ({}, token("ann"), token("root")):
            answer = served.request(method, path, **options)
            assert answer.status_code == status
            assert status != 500 or answer.json() == BUG
    return "ran" not in seen(served)
