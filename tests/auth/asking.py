"""A route and a view that say who asked."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

INVALID = 'Bearer realm="api", error="invalid_token"'
GONE = "The token's user is gone, disabled, or has a new password."

ROUTE = """
    from fileapi import Config
    from fileapi.auth import JWTAuthentication
    config = Config(auth=[JWTAuthentication])
    {prefix}def GET(req): return {{"user": req.user.pk, "claims": req.auth}}
"""


def ask_view(classes: list[Any], header: str | None, query: str = "") -> Any:
    class Me(APIView):
        authentication_classes = classes
        permission_classes = [IsAuthenticated]

        def get(self, request: Any) -> Response:
            return Response({"user": request.user.pk, "claims": request.auth})

    headers = {} if header is None else {"Authorization": header}
    response = Me.as_view()(APIRequestFactory().get(f"/me{query}", headers=headers))
    response.render()
    response.json = lambda: response.data
    return response


def status_of(response: Any) -> tuple[int, str, str]:
    """Return the status, the challenge and what is said."""
    said = response.json().get("detail", "")
    return response.status_code, response.headers.get("WWW-Authenticate", ""), said
