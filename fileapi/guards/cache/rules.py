"""Which answers may be kept, for how long, and what caches further out are told (RFC 9111)."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from fileapi.http.caching import cache_control
from fileapi.http.response import Response
from fileapi.http.stored import StoredAnswer

from .policy import Cache

_STATUSES = (200, 203, 204, 300, 301, 302, 307, 308)
_FORBIDDING = ("private", "no-store", "no-cache")


class Unkeepable(Exception):
    """Why an answer is not kept, against what its route declares."""


def keep(
    cache: Cache, res: Response, before: Mapping[str, str], is_private: bool
) -> tuple[int, StoredAnswer] | None:
    """Return for how many seconds an answer may be kept, and the answer; None for not at all.

    ``before``: the headers that guards had set, each for its own request. Sets ``Cache-Control``
    and ``Vary`` on ``res``. Raises Unkeepable.
    """
    said = res.get_header("Cache-Control")
    if res.status_code not in _STATUSES:
        return None
    seconds = cache.seconds if said is None else _lifetime(said, cache.seconds)
    if not seconds:
        return None
    if res.has_cookies:
        raise Unkeepable("sets a cookie")
    if res.has_jobs:
        raise Unkeepable("calls res.after(), which has to run for each request")
    told = {}
    if varying := _varying(cache, res.get_header("Vary")):
        told["Vary"] = varying
    if said is None:
        told["Cache-Control"] = cache_control(seconds, public=not is_private, private=is_private)
    answer = StoredAnswer.of(res, before)
    if answer is None:
        raise Unkeepable("answers with a stream or a file")
    for name, value in told.items():
        res.set_header(name, value)
    return seconds, replace(answer, headers={**answer.headers, **told})


def keep_nowhere(res: Response) -> None:
    """Let nobody else keep what is not kept here, unless the handler has said otherwise."""
    if res.answered and res.get_header("Cache-Control") is None:
        res.set_header("Cache-Control", "private, no-store")


def _lifetime(said: str, most: int) -> int:
    """Return how long a handler's ``Cache-Control`` lets a shared cache keep its answer."""
    directives = dict[str, str]()
    for part in said.lower().split(","):
        name, _, value = part.strip().partition("=")
        directives[name] = value.strip('"')
    if any(name in directives for name in _FORBIDDING):
        return 0
    text = directives.get("s-maxage", directives.get("max-age"))
    if text is None:
        return most
    return min(int(text), most) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _varying(cache: Cache, said: str | None) -> str:
    """Return the value of ``Vary``. Raises Unkeepable where the handler names what is in no key."""
    names = [*cache.vary, *(("Authorization", "Cookie") if cache.per_user else ())]
    known = {name.lower() for name in names}
    for name in (said or "").split(","):
        if name.strip() and name.strip().lower() not in known:
            raise Unkeepable(f"sets 'Vary: {said}', which its Cache(vary=[...]) does not name")
    return ", ".join(names)
