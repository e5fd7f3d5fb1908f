"""What a file or a folder declares about its routes."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Any, Final


class _Unset(Enum):
    UNSET = "unset"

    def __repr__(self) -> str:
        return "unset"


UNSET: Final = _Unset.UNSET

DEFAULT_BODY_LIMIT = 1_048_576  # bytes; 1 MB, as Next.js

_UNITS = {"": 1, "b": 1, "kb": 1024, "mb": 1024**2, "gb": 1024**3}
_SIZE = re.compile(r"(\d+)\s*([a-z]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """``config = Config(...)`` in a route file, or in ``_middleware.py`` for a folder.

    ``body_limit``: the longest body read, in bytes or as text such as ``"25mb"``; None for any.

    A field that is not set is inherited from the folder above; None clears it.
    Raises TypeError or ValueError for a value that no field can have.
    """

    body_limit: int | str | _Unset | None = UNSET

    def __post_init__(self) -> None:
        if self.body_limit is not UNSET and self.body_limit is not None:
            object.__setattr__(self, "body_limit", _size(self.body_limit))

    def under(self, outer: Config) -> Config:
        """Return this config with what it leaves unset taken from ``outer``."""
        set_here: dict[str, Any] = {
            field.name: value
            for field in fields(self)
            if (value := getattr(self, field.name)) is not UNSET
        }
        return replace(outer, **set_here)


def _size(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str) and (match := _SIZE.fullmatch(value.strip())):
        unit = _UNITS.get(match[2].lower())
        if unit is not None:
            return int(match[1]) * unit
    raise ValueError(
        f"body_limit={value!r} is no size: write a number of bytes, or text such as '25mb'."
    )


# What holds where nobody says anything.
DEFAULTS = Config(body_limit=DEFAULT_BODY_LIMIT)
