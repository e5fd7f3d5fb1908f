"""What a file or a folder declares about its routes."""

from __future__ import annotations

import string
from types import NoneType

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import asdict, force_setattr, replace

_UNITS = {"": 1, "b": 1, "kb": 1024, "mb": 1024**2, "gb": 1024**3}


class Config(Struct, frozen=True, kw_only=True):
    """``config = Config(...)`` in a route file, or in ``_middleware.py`` for a folder.

    ``body``: False leaves the body unread, for ``req.stream``.
    ``body_limit``: the longest body read, in bytes or as text such as ``"25mb"``; None for any.
    ``max_streams``: how many threads of a WSGI process open streams may hold; None for the half.

    A field that is not set is inherited from the folder above; None clears it.
    Raises TypeError for an unknown field, ValueError for a value that a field cannot have.
    """

    body: bool | UnsetType = UNSET
    body_limit: int | str | UnsetType | None = UNSET
    max_streams: int | UnsetType | None = UNSET

    def __post_init__(self) -> None:
        if self.body is not UNSET and not isinstance(self.body, bool):
            raise ValueError(f"body={self.body!r} is neither True nor False.")
        if not isinstance(self.max_streams, (UnsetType, NoneType)) and (
            type(self.max_streams) is not int or self.max_streams < 1
        ):
            raise ValueError(f"max_streams={self.max_streams!r} is no number of streams.")
        if self.body_limit is not UNSET and self.body_limit is not None:
            force_setattr(self, "body_limit", _size(self.body_limit))

    def under(self, outer: Config) -> Config:
        """Return this config with what it leaves unset taken from ``outer``."""
        set_here = {name: value for name, value in asdict(self).items() if value is not UNSET}
        return replace(outer, **set_here)


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
DEFAULTS = Config(body=True, body_limit=1_048_576, max_streams=None)
