"""What a route declares about the answers that are kept."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import force_setattr

from fileapi.http.headers import header

Tags = Sequence[str] | Callable[[Any], Sequence[str]]


class Cache(Struct, frozen=True):
    """``Cache(60)``: keep whole answers of GET for 60 seconds.

    ``vary``: the request headers that the handler may read; each value has an answer of its own.
    ``per_user``: True keeps an answer for each user; without it a request with ``Authorization``
    or ``Cookie`` is neither answered from the cache nor kept.
    ``tags``: names that `fileapi.invalidate` drops the answers by, or a sync function of req that
    returns them.
    Raises ValueError for anything else.
    """

    seconds: int
    vary: Sequence[str] = ()
    per_user: bool = False
    tags: Tags = ()

    def __post_init__(self) -> None:
        if type(self.seconds) is not int or self.seconds < 1:
            raise ValueError(f"Cache({self.seconds!r}) is no number of seconds.")
        force_setattr(self, "vary", tuple(map(_varied, _list("vary", self.vary))))
        if not isinstance(self.per_user, bool):
            raise ValueError(f"Cache(per_user={self.per_user!r}) is neither True nor False.")
        if not callable(self.tags):
            force_setattr(self, "tags", tuple(map(tag_of, _list("tags", self.tags))))
        elif inspect.iscoroutinefunction(self.tags):
            raise ValueError(f"Cache(tags={self.tags!r}) is async: write it with 'def'.")

    def tags_of(self, req: Any) -> list[str]:
        """Return the tags of the answer to a request, each once. Raises ValueError for no tags."""
        tags = _list("tags", self.tags(req)) if callable(self.tags) else self.tags
        return list(dict.fromkeys(map(tag_of, tags)))


def tag_of(value: object) -> str:
    """Return a tag. Raises ValueError for what is none."""
    if not isinstance(value, str) or not value:
        raise ValueError(f"The tag {value!r} is no text.")
    return value


def _list(name: str, value: Any) -> Sequence[Any]:
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"Cache({name}={value!r}) is no list: write {name}=[...].")
    return value


def _varied(name: object) -> str:
    if not isinstance(name, str) or name == "*":
        raise ValueError(f"Cache(vary=[{name!r}]) is no request header.")
    if name.lower() in ("authorization", "cookie"):
        raise ValueError(f"Cache(vary=[{name!r}]) tells who is asking: write per_user=True.")
    return header(name, "")[0]
