"""What a key may do."""

from __future__ import annotations

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from .models import APIKey
from .scopes import RULE, is_scope


def HasScope(*scopes: str) -> type[BasePermission]:
    """Return a permission class that asks for a key with all of these scopes.

    Whoever came without a key, by a session or a token, has no scopes and is refused.
    Raises ValueError for no scope at all, and for what is none.
    """
    if not scopes:
        raise ValueError("HasScope() names no scope: write HasScope('reports:read').")
    for scope in scopes:
        if not is_scope(scope):
            raise ValueError(f"HasScope({scope!r}): {RULE}.")
    wanted = frozenset(scopes)

    class HasTheseScopes(BasePermission):
        message = f"This needs an API key with: {' '.join(sorted(wanted))}."

        def has_permission(self, request: Request, view: APIView) -> bool:
            key = request.auth
            return isinstance(key, APIKey) and wanted <= key.scopes

    HasTheseScopes.__name__ = HasTheseScopes.__qualname__ = f"HasScope({', '.join(scopes)})"
    return HasTheseScopes
