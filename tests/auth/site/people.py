from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model

from fileapi.auth import JWTAuthentication


class Subject(JWTAuthentication):
    """Whoever a good token names."""

    def get_user(self, claims: dict[str, Any]) -> Any:
        return get_user_model()(pk=claims["sub"])
