"""The OpenID providers that the settings name."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import msgspec
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from msgspec import Struct

from fileapi import HttpError

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Provider(Struct, frozen=True, forbid_unknown_fields=True):
    """Where people may log in, and as whom this site asks there.

    ``issuer`` is compared as text with what the provider says of itself, a slash at the end
    included (OpenID Connect Discovery 1.0, 4.3).
    """

    name: str
    issuer: str
    client_id: str
    client_secret: str
    scope: str = "openid email profile"

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError("the name is made of a-z, 0-9 and '-'")
        for field in ("issuer", "client_id", "client_secret"):
            if not getattr(self, field):
                raise ValueError(f"{field} is empty")
        if not is_safe(self.issuer, loopback=True) or len(self.issuer) > 255:
            raise ValueError(f"issuer={self.issuer!r} is no https:// URL")
        if "openid" not in self.scope.split():
            raise ValueError(f"scope={self.scope!r} lacks 'openid'")

    def __repr__(self) -> str:  # what a traceback shows holds no secret
        return f"<Provider {self.name}>"

    def trusts(self, url: object) -> bool:
        """Whether the site may send a request, or a browser, to a URL that the provider named."""
        return isinstance(url, str) and is_safe(url, loopback=not self.issuer.startswith("https:"))


def is_safe(url: str, *, loopback: bool) -> bool:
    """Whether a URL is https, or plain http to this machine where that is allowed."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc or "\\" in url:
        return False
    if not url.isascii() or not url.isprintable():
        return False
    return parts.scheme == "https" or (
        loopback and parts.scheme == "http" and parts.hostname in LOOPBACK
    )


def configured() -> dict[str, Provider]:
    """Return the providers by name. Raises ImproperlyConfigured for one that cannot be used."""
    given: dict[str, dict[str, Any]] = getattr(settings, "OAUTH_PROVIDERS", {})
    return {name: _provider(name, options) for name, options in given.items()}


def find(name: str) -> Provider:
    """Return a provider by its name in URLs. Raises HttpError 404 for one there is not."""
    options = getattr(settings, "OAUTH_PROVIDERS", {}).get(name)
    if options is None:
        raise HttpError(404, "There is no such provider.")
    return _provider(name, options)


def _provider(name: str, options: dict[str, Any]) -> Provider:
    try:
        return msgspec.convert({**options, "name": name}, Provider)
    except msgspec.ValidationError as error:  # its text is ours, and quotes no secret
        raise ImproperlyConfigured(f"OAUTH_PROVIDERS[{name!r}]: {error}.") from None
