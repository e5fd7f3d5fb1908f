"""What a careful person checks of an access token by hand, for the contenders without a guard."""

from __future__ import annotations

import jwt
from django.contrib.auth.models import User

from benchmarks.cases import AUDIENCE, ISSUER, SECRET
from benchmarks.contenders.claims import OPTIONS


def user_of(token: str) -> User | None:
    """Return the user whose valid token it is, or None."""
    try:
        claims = jwt.decode(
            token, SECRET, ["HS256"], audience=AUDIENCE, issuer=ISSUER, options=OPTIONS
        )
    except jwt.InvalidTokenError:
        return None
    return User.objects.filter(pk=claims["sub"], is_active=True).first()
