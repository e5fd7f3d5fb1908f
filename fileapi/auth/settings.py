"""``FILEAPI_JWT``: read once, and refused as a whole if anything in it is weak or wrong."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import msgspec
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

from .jwks import RemoteKeys
from .keys import ASYMMETRIC, Key, read_key

NAMES = (
    *("ISSUER", "AUDIENCE", "KEYS", "JWKS_URL", "JWKS_ALGORITHM", "JWKS_TYPE"),
    *("LIFETIME", "MAX_LIFETIME", "LEEWAY"),
)
MOST_LEEWAY = 30  # seconds


class JWTSettings(msgspec.Struct, frozen=True, kw_only=True):
    """``FILEAPI_JWT``, checked. ``keys`` are by id; the first one signs. Times are in seconds."""

    issuer: str
    audience: str
    keys: dict[str, Key]
    remote: RemoteKeys | None
    remote_type: str
    lifetime: int
    max_lifetime: int
    leeway: int

    def key(self, id: str) -> Key | None:
        """Return the key of that id, the project's own before the issuer's.

        Raises KeysUnavailable where the issuer's cannot be had.
        """
        if id in self.keys or self.remote is None:
            return self.keys.get(id)
        return self.remote.get(id)

    def signing_key(self) -> Key:
        """Return the key that signs. Raises ImproperlyConfigured where none can."""
        key = next(iter(self.keys.values()), None)
        if key is None or key.signs is None:
            raise _fault("no token can be signed. The first of KEYS needs a secret or private_key")
        return key


def check_settings() -> None:
    """Raise ImproperlyConfigured if ``FILEAPI_JWT`` is set and must not be used."""
    if getattr(settings, "FILEAPI_JWT", None) is not None:
        jwt_settings()


@lru_cache(maxsize=1)
def jwt_settings() -> JWTSettings:
    """Return the settings. Raises ImproperlyConfigured, which never shows a secret."""
    value = getattr(settings, "FILEAPI_JWT", None)
    if not isinstance(value, Mapping):
        raise _fault("it is no dictionary. It needs ISSUER, AUDIENCE, and KEYS or JWKS_URL")
    if unknown := [name for name in value if name not in NAMES]:
        raise _fault(f"there is no {unknown[0]!r}; it may have: {NAMES}")
    for name in ("ISSUER", "AUDIENCE"):
        if not isinstance(value.get(name), str) or not value[name]:
            raise _fault(f"{name} is {value.get(name)!r}; it is a text that tokens must carry")
    keys, remote = _keys(value.get("KEYS", ())), _remote(value)
    if not keys and remote is None:
        raise _fault("it has no key. Give it KEYS, or a JWKS_URL")
    lifetime = _seconds(value, "LIFETIME", 300, least=1)
    longest = _seconds(value, "MAX_LIFETIME", 3600, least=1)
    if longest < lifetime:
        raise _fault(f"MAX_LIFETIME is {longest}, less than LIFETIME, {lifetime}. Raise it")
    leeway = _seconds(value, "LEEWAY", 10, least=0)
    if leeway > MOST_LEEWAY:
        raise _fault(f"LEEWAY is {leeway}; clocks may differ by {MOST_LEEWAY} seconds at most")
    return JWTSettings(
        issuer=value["ISSUER"],
        audience=value["AUDIENCE"],
        keys=keys,
        remote=remote,
        remote_type=str(value.get("JWKS_TYPE", "at+jwt")).lower(),
        lifetime=lifetime,
        max_lifetime=longest,
        leeway=leeway,
    )


def _forget(*, setting: str, **kwargs: Any) -> None:
    if setting == "FILEAPI_JWT":
        jwt_settings.cache_clear()


setting_changed.connect(_forget, dispatch_uid="fileapi.auth")


def _keys(entries: Any) -> dict[str, Key]:
    if not isinstance(entries, (list, tuple)):
        raise _fault("KEYS is no list of dictionaries")
    found: dict[str, Key] = {}
    for index, entry in enumerate(entries):
        key = read_key(entry, index)
        if key.id in found:
            raise _fault(f"two keys have the id {key.id!r}. Rename one")
        if not found and key.signs is not None and key.until is not None:
            raise _fault(f"the key {key.id!r} signs, and ends. Put a new one before it")
        found[key.id] = key
    return found


def _remote(value: Mapping[str, Any]) -> RemoteKeys | None:
    url, algorithm = value.get("JWKS_URL"), value.get("JWKS_ALGORITHM")
    if url is None:
        if algorithm is not None or "JWKS_TYPE" in value:
            raise _fault("JWKS_ALGORITHM and JWKS_TYPE need a JWKS_URL")
        return None
    if algorithm not in ASYMMETRIC:
        raise _fault(f"JWKS_ALGORITHM is {algorithm!r}; it is one of: {ASYMMETRIC}")
    if not isinstance(value.get("JWKS_TYPE", ""), str):
        raise _fault(f"JWKS_TYPE is {value['JWKS_TYPE']!r}; it is a text, such as 'at+jwt'")
    if not isinstance(url, str) or not _is_safe(url):  # not shown: it may hold a password
        raise _fault(
            "JWKS_URL is no https URL in ASCII without a user name; http is for this machine alone"
        )
    return RemoteKeys(url, algorithm)


def _is_safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        parts.port  # noqa: B018  raises for what is no port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or not (url.isascii() and url.isprintable()) or " " in url:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(host))


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _seconds(value: Mapping[str, Any], name: str, default: int, *, least: int) -> int:
    seconds = value.get(name, default)
    if type(seconds) is not int or seconds < least:
        raise _fault(f"{name} is {seconds!r}; it is a whole number of seconds from {least} on")
    return seconds


def _fault(reason: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"FILEAPI_JWT: {reason}.")
