"""``Authorization: Api-Key <key>``"""

from __future__ import annotations

from typing import Any

from django.views.decorators.debug import sensitive_variables
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from .models import APIKey

SCHEME = "Api-Key"


class APIKeyAuthentication(BaseAuthentication):
    """Let a key's user in: ``request.user`` is the user, ``request.auth`` the key's row.

    Answers 401 for a key that is malformed, unknown, revoked, expired or a disabled user's, with
    the same words for each; ignores other schemes (RFC 9110, section 11.1: in any case).
    """

    @sensitive_variables("text")
    def authenticate(self, request: Request) -> tuple[Any, APIKey] | None:
        scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        key = APIKey.objects.find(text)
        if key is None:
            raise AuthenticationFailed("The API key is not valid.")
        key.note_use()
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        return SCHEME
