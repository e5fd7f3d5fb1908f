"""What providers publish of themselves: metadata and keys, kept for a while in this process."""

from __future__ import annotations

import time
from typing import Any

import requests
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from .providers import Provider
from .transport import ProviderFault

LIFETIME = 600.0  # seconds

_kept: dict[tuple[str, str], tuple[float, Any]] = {}


def metadata(provider: Provider, session: OAuth2Session) -> dict[str, Any]:
    """Return the provider's metadata (OpenID Connect Discovery 1.0). Raises ProviderFault."""
    found: dict[str, Any] | None = _recall("metadata", provider)
    if found is None:
        url = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
        found = get_json(session, url)
        if found.get("issuer") != provider.issuer:
            raise ProviderFault("its metadata is of another issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not provider.trusts(found.get(name)):
                raise ProviderFault(f"its {name} is no https:// URL")
        _keep("metadata", provider, found)
    return found


def keys(provider: Provider, session: OAuth2Session, *, anew: bool = False) -> KeySet:
    """Return the provider's keys (RFC 7517). Raises ProviderFault."""
    found: KeySet | None = None if anew else _recall("keys", provider)
    if found is None:
        value: Any = get_json(session, metadata(provider, session)["jwks_uri"])
        try:
            found = KeySet.import_key_set(value)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            raise ProviderFault("keys that are none") from None
        _keep("keys", provider, found)
    return found


def get_json(session: OAuth2Session, url: str, **headers: str) -> dict[str, Any]:
    """Return the JSON object at a URL. Raises ProviderFault for any other answer."""
    headers["Accept"] = "application/json"
    try:
        # With the token Authlib would look at its lifetime, and may refresh it.
        response = session.get(url, headers=headers, withhold_token=True)
    except (requests.RequestException, ValueError):
        raise ProviderFault("a URL that is none") from None
    if response.status_code != 200:
        raise ProviderFault(f"status {response.status_code}")
    try:
        value = response.json()
    except (ValueError, RecursionError):
        raise ProviderFault("an answer that is no JSON") from None
    if not isinstance(value, dict):
        raise ProviderFault("an answer that is no JSON object")
    return value


def forget() -> None:
    """Ask every provider again from now on."""
    _kept.clear()


def _recall(what: str, provider: Provider) -> Any:
    until, value = _kept.get((what, provider.issuer), (0.0, None))
    return value if time.monotonic() < until else None


def _keep(what: str, provider: Provider, value: Any) -> None:
    _kept[what, provider.issuer] = time.monotonic() + LIFETIME, value
