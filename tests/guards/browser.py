"""A browser of a site with sessions, as far as guards can tell."""

from __future__ import annotations

from typing import Any

from django.test import AsyncClient, Client

OWN = {"origin": "http://testserver"}
OTHER = {"origin": "https://evil.example"}

# A route that gives out the token of Django's CSRF check, and what other routes begin with.
TOKEN = {
    "token.py": """
        from django.middleware.csrf import get_token
        def GET(req): return get_token(req.django)
    """
}
TOP = """
from fileapi import Config
from rest_framework.authentication import BasicAuthentication, SessionAuthentication
from rest_framework.permissions import BasePermission, IsAdminUser
"""


class Browser:
    """Clients that check for CSRF as a server does, with the cookies of a site."""

    def __init__(self, served: Any) -> None:
        self.served = served
        options = {"enforce_csrf_checks": True, "raise_request_exception": False}
        served.client, served.async_client = Client(**options), AsyncClient(**options)
        self.current = served.client if served.mode == "wsgi" else served.async_client

    def log_in(self, user: Any) -> str:
        """Return the token that a page of the site would be given."""
        self.current.force_login(user)
        return str(self.served.get("/api/token").json())

    def send(self, method: str = "POST", token: str = "", **headers: str) -> Any:
        if token:
            headers["x-csrftoken"] = token
        return self.served.request(method, "/api/a", headers=headers)
