"""``Authorization: Bearer <token>``, for ``Config(auth=...)`` and for plain DRF views."""

from __future__ import annotations

import logging
import string
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import DataError
from django.views.decorators.debug import sensitive_variables
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed

from fileapi.http.errors import refusal

from .errors import InvalidToken, KeysUnavailable
from .fingerprint import CLAIM, has_fingerprint
from .tokens import verify
from .users import user_by_key

logger = logging.getLogger("fileapi.auth")

CHALLENGE = 'Bearer realm="api"'
GONE = "The token's user is gone, disabled, or has a new password."

_NO_KEY = (DataError, OverflowError, TypeError, ValidationError, ValueError)  # of some model
_SCHEME = "bearer"
_OF_A_NAME = frozenset(string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~")  # RFC 9110, 5.6.2


class TokenRefused(APIException):
    """401. No AuthenticationFailed, whose challenge DRF would replace by its first class's."""

    status_code = 401
    default_code = "authentication_failed"
    auth_header = f'{CHALLENGE}, error="invalid_token"'  # RFC 6750, 3.1


class CannotTell(APIException):
    """503: the token was neither refused nor taken. ``wait`` is in seconds."""

    status_code = 503
    default_code = "unavailable"

    def __init__(self, wait: int) -> None:
        super().__init__("Who sent the request cannot be told now.")
        self.wait = wait


class JWTAuthentication(BaseAuthentication):
    """Take the user from an access token. ``request.auth`` holds its claims."""

    @sensitive_variables()
    def authenticate(self, request: Any) -> tuple[Any, dict[str, Any]] | None:
        """Return the user and the claims; None where no bearer token was sent."""
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not _is_bearer(header):
            return None
        try:
            claims = verify(_token_of(header))
            user = self.get_user(claims)
            if user is None or not getattr(user, "is_active", True):  # whoever looked it up
                raise InvalidToken(GONE)
        except (InvalidToken, AuthenticationFailed) as error:
            raise TokenRefused(str(error)) from error
        except KeysUnavailable as error:
            raise CannotTell(error.wait) from error
        except ImproperlyConfigured:
            raise
        except Exception as error:
            if refusal(error) is not None:
                raise
            logger.exception("A token's user could not be looked up.")
            raise CannotTell(wait=5) from None
        return user, claims

    def authenticate_header(self, request: Any) -> str:
        return CHALLENGE

    def get_user(self, claims: dict[str, Any]) -> Any:
        """Return the user whom ``issue()`` named; None, or InvalidToken, refuses.

        Override it for tokens of another issuer, whose subjects are no keys of your users, or to
        ask for more. A user who is not active is refused in any case.
        """
        subject = claims["sub"]
        try:
            user = user_by_key(get_user_model(), subject)
        except _NO_KEY:
            return None
        if user is None or str(user.pk) != subject or not has_fingerprint(user, claims.get(CLAIM)):
            return None
        return user


def _is_bearer(header: str) -> bool:
    """Tell the scheme, in any case; ``Bearer`` alone and ``Bearer,x`` are of it, and malformed."""
    scheme, rest = header[: len(_SCHEME)], header[len(_SCHEME) :]
    return scheme.lower() == _SCHEME and rest[:1] not in _OF_A_NAME


def _token_of(header: str) -> str:
    rest = header[len(_SCHEME) :]
    return rest[1:] if rest.startswith(" ") else ""
