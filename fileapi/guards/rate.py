"""How often a client may call: what ``Config(rate=...)`` takes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from fileapi.http.request import Request

    Identity = Callable[[Request], str | int | None]

PER = ("address", "user")
WHEN_DOWN = ("open", "closed")

# Nine digits keep every number within a structured field's integer (RFC 9651, 3.3.1).
_LIMIT = re.compile(r"([0-9]{1,9})/([0-9]{0,9})([a-z]+)")
_SECONDS = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1),
    **dict.fromkeys(("min", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86_400),
}


class Rate(Struct, frozen=True):
    """``Rate("100/min")``: at most so many requests in any window of that length.

    ``limit``: ``"<count>/<window>"``, such as ``"5/15min"``; units are s, min, h and day.
    ``per``: who shares the count: ``"address"``, ``"user"`` (the address of who has not
    signed in), or a sync function of req that returns a text or a number, or None for no limit.
    ``when_down``: what holds while the store does not answer: ``"open"`` counts in this process
    alone, ``"closed"`` answers 503.
    Raises ValueError for anything else.
    """

    limit: str
    per: str | Identity = "address"
    when_down: str = "open"

    def __post_init__(self) -> None:
        refuse_throttle(self.limit)
        refuse_throttle(self.per)
        if not isinstance(self.limit, str):
            raise ValueError(f"rate={self.limit!r} is no text such as '100/min'.")
        _parsed(self.limit)
        if not callable(self.per) and self.per not in PER:
            raise ValueError(
                f"per={self.per!r} is nothing to count by: use one of {PER}, or a function of req."
            )
        if inspect.iscoroutinefunction(self.per) or inspect.iscoroutinefunction(
            getattr(self.per, "__call__", None)  # noqa: B004
        ):
            raise ValueError(f"per={self.per!r} is async: write it with 'def'.")
        if self.when_down not in WHEN_DOWN:
            raise ValueError(f"when_down={self.when_down!r} is not one of {WHEN_DOWN}.")

    @classmethod
    def of(cls, value: str | Rate) -> Rate:
        """Return a rate for a text such as ``"100/min"``, or the rate itself."""
        return value if isinstance(value, cls) else cls(value)  # type: ignore[arg-type]

    @property
    def count(self) -> int:
        """How many requests a window holds."""
        return _parsed(self.limit)[0]

    @property
    def window(self) -> int:
        """The length of the window, in seconds."""
        return _parsed(self.limit)[1]

    @property
    def name(self) -> str:
        """The name of the policy in headers: what it counts by."""
        if isinstance(self.per, str):
            return self.per
        name = getattr(self.per, "__name__", type(self.per).__name__)
        return re.sub(r"\W", "_", name, flags=re.ASCII)


def refuse_throttle(value: object) -> None:
    """Raise ValueError for a DRF throttle: it reads the count, then writes it, and lets more in."""
    if hasattr(value, "allow_request"):
        name = getattr(value, "__name__", type(value).__name__)
        raise ValueError(
            f"rate={name} is a DRF throttle, which does not count atomically: "
            "write Config(rate='100/min')."
        )


@lru_cache(maxsize=256)
def _parsed(limit: str) -> tuple[int, int]:
    """Return count and window in seconds."""
    if match := _LIMIT.fullmatch(limit):
        count, several, unit = match.groups()
        window = int(several or 1) * _SECONDS.get(unit, 0)
        if int(count) and window:
            return int(count), window
    raise ValueError(
        f"rate={limit!r} is no rate: write '<count>/<window>', such as '100/min' or '5/15min', "
        "with a unit of s, min, h or day."
    )
