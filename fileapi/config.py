"""What a file or a folder declares about its routes."""

from __future__ import annotations

import string
from collections.abc import Sequence
from datetime import date, datetime
from types import NoneType
from typing import Any

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import asdict, force_setattr, replace

from .guards.cache.policy import Cache
from .guards.rate import Rate

_UNITS = {"": 1, "b": 1, "kb": 1024, "mb": 1024**2, "gb": 1024**3}


class Config(Struct, frozen=True, kw_only=True):
    """``config = Config(...)`` in a route file, or in ``_middleware.py`` for a folder.

    ``body``: False leaves the body unread, for ``req.stream``.
    ``body_limit``: the longest body read, in bytes or as text such as ``"25mb"``; None for any.
    ``max_streams``: how many threads of a WSGI process open streams may hold; None for the half.
    ``auth``: authentication classes of DRF's kind. Alone they stand for
    ``permissions=[IsAuthenticated]`` too. None says that nobody need be known.
    ``permissions``: permission classes of DRF's kind, added to those of the folders above.
    ``rate``: ``"100/min"``, a `Rate`, or a list of them, added to those of the folders above.

    ``cache``: ``Cache(60)`` keeps whole answers of GET for so many seconds.
    ``idempotent``: True makes one effect of a POST or PATCH that is sent again with its
    ``Idempotency-Key``, and refuses one without.

    ``deprecated``, ``sunset``: the days from which a route should not be, and is not, called: a
    date, or a datetime with a zone. ``successor``: the URL that takes its place.

    A field that is not set is inherited from the folder above; None clears it.
    Raises TypeError for an unknown field, ValueError for a value that a field cannot have.
    """

    body: bool | UnsetType = UNSET
    body_limit: int | str | UnsetType | None = UNSET
    max_streams: int | UnsetType | None = UNSET
    auth: Sequence[Any] | UnsetType | None = UNSET
    permissions: Sequence[Any] | UnsetType | None = UNSET
    rate: str | Rate | Sequence[str | Rate] | UnsetType | None = UNSET
    cache: Cache | UnsetType | None = UNSET
    idempotent: bool | UnsetType = UNSET
    deprecated: date | UnsetType | None = UNSET
    sunset: date | UnsetType | None = UNSET
    successor: str | UnsetType | None = UNSET

    def __post_init__(self) -> None:
        if self.body is not UNSET and not isinstance(self.body, bool):
            raise ValueError(f"body={self.body!r} is neither True nor False.")
        if self.idempotent is not UNSET and not isinstance(self.idempotent, bool):
            raise ValueError(f"idempotent={self.idempotent!r} is neither True nor False.")
        if not isinstance(self.cache, (Cache, UnsetType, NoneType)):
            raise ValueError(f"cache={self.cache!r} is no Cache: write cache=Cache(60).")
        if not isinstance(self.max_streams, (UnsetType, NoneType)) and (
            type(self.max_streams) is not int or self.max_streams < 1
        ):
            raise ValueError(f"max_streams={self.max_streams!r} is no number of streams.")
        if self.body_limit is not UNSET and self.body_limit is not None:
            force_setattr(self, "body_limit", _size(self.body_limit))
        if self.rate is not UNSET and self.rate is not None:
            force_setattr(self, "rate", _rates(self.rate))
        if self.auth is not UNSET and self.auth is not None:
            force_setattr(self, "auth", _classes("auth", self.auth))
            if not self.auth:
                raise ValueError(f"auth={self.auth!r} names no class: write auth=None.")
            if self.permissions is UNSET:
                from rest_framework.permissions import IsAuthenticated

                force_setattr(self, "permissions", (IsAuthenticated,))
        if self.permissions is not UNSET and self.permissions is not None:
            force_setattr(self, "permissions", _classes("permissions", self.permissions))
        for name in ("deprecated", "sunset"):
            _check_day(name, getattr(self, name))
        if self.successor is not UNSET and self.successor is not None:
            _check_url("successor", self.successor)

    def under(self, outer: Config) -> Config:
        """Return this config with what it leaves unset taken from ``outer``.

        Raises ValueError where ``auth=None`` stands under permissions, which it does not lift.
        """
        set_here = {name: value for name, value in asdict(self).items() if value is not UNSET}
        for name in ("permissions", "rate"):  # these add up
            above, here = getattr(outer, name), set_here.get(name)
            if above and here is not None:
                set_here[name] = (*above, *(each for each in here if each not in above))
        if self.auth is None and self.permissions is not None and outer.permissions:
            raise ValueError(
                "auth=None stands under permissions of a folder above, which still refuse."
            )
        return replace(outer, **set_here)


def _classes(name: str, value: Any) -> tuple[Any, ...]:
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"{name}={value!r} is no list: write {name}=[...].")
    return tuple(value)


def _rates(value: Any) -> tuple[Rate, ...]:
    return tuple(Rate.of(each) for each in (value if isinstance(value, (list, tuple)) else [value]))


def _check_day(name: str, value: Any) -> None:
    if value is UNSET or value is None:
        return
    if not isinstance(value, date) or (isinstance(value, datetime) and value.tzinfo is None):
        raise ValueError(f"{name}={value!r} is no date, nor a datetime with a time zone.")


def _check_url(name: str, value: Any) -> None:
    if not isinstance(value, str) or not value.isascii() or set(value) & set(' <>"\r\n\0'):
        raise ValueError(f"{name}={value!r} is no URL such as '/api/v2/users', encoded.")


def _size(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str):
        number = value.rstrip(string.ascii_letters)
        unit = _UNITS.get(value[len(number) :].lower())
        if unit is not None and number.strip().isdecimal():
            return int(number) * unit
    raise ValueError(
        f"body_limit={value!r} is no size: write a number of bytes, or text such as '25mb'."
    )


# What holds where nobody says anything. 1 MB is Next.js's limit too.
# Neither auth nor its absence is declared.
DEFAULTS = Config(
    body=True,
    body_limit=1_048_576,
    max_streams=None,
    permissions=None,
    rate=None,
    cache=None,
    idempotent=False,
    deprecated=None,
    sunset=None,
    successor=None,
)
