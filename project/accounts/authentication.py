"""How the site's own routes are called with a token: ``Config(auth=[AccessToken, ...])``."""

from __future__ import annotations

from typing import Any

from fileapi.auth import InvalidToken, JWTAuthentication

from .models import User
from .tokens import login_of


class AccessToken(JWTAuthentication):
    """An access token, for as long as its log-in lives: a log-out holds at once."""

    def get_user(self, claims: dict[str, Any]) -> User:
        login = login_of(claims.get("sid"))
        if login is None or str(login.user.pk) != claims["sub"]:
            raise InvalidToken("The log-in has ended.")
        return login.user
