"""Who sends a request: JSON Web Tokens, for ``Config(auth=[JWTAuthentication])`` and DRF's views.

Nothing is imported before it is asked for: DRF and PyJWT are for those who use them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import InvalidToken, KeysUnavailable
    from .jwt import JWTAuthentication
    from .tokens import issue, verify

__all__ = ["InvalidToken", "JWTAuthentication", "KeysUnavailable", "issue", "verify"]

_MODULES = {
    "InvalidToken": "errors",
    "JWTAuthentication": "jwt",
    "KeysUnavailable": "errors",
    "issue": "tokens",
    "verify": "tokens",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(import_module(f".{_MODULES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
