"""API keys: an app of its own, for sites that have "fileapi.api_keys" in INSTALLED_APPS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .authentication import APIKeyAuthentication
    from .permissions import HasScope

__all__ = ["APIKeyAuthentication", "HasScope"]


def __getattr__(name: str) -> Any:
    # Django imports this package before there are models, and only routes with keys import DRF.
    if name == "APIKeyAuthentication":
        from .authentication import APIKeyAuthentication

        return APIKeyAuthentication
    if name == "HasScope":
        from .permissions import HasScope

        return HasScope
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
