"""Names with one or more text values: a query string, a form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .errors import MissingKey

NOTHING: Mapping[str, Any] = {}


class Query(Mapping[str, str]):
    """Read-only: ``query["q"]`` is one str, the last sent; ``query.getlist("q")`` all of them.

    A missing key answers 400 naming it, unless ``get()`` or ``in`` ask first. As JSON it is what
    Next.js shows: ``{"a": "1", "b": ["2", "3"]}``.
    """

    __slots__ = ("_lists", "_what", "from_path")

    def __init__(
        self,
        lists: dict[str, list[str]],
        what: str = "query",
        from_path: Mapping[str, Any] = NOTHING,
    ) -> None:
        self._lists = lists
        self._what = what
        self.from_path = from_path

    def __getitem__(self, name: str) -> str:
        try:
            return self._lists[name][-1]
        except (KeyError, IndexError):
            raise MissingKey(self._what, name) from None

    def __contains__(self, name: object) -> bool:
        return name in self._lists

    def __iter__(self) -> Iterator[str]:
        return iter(self._lists)

    def __len__(self) -> int:
        return len(self._lists)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.as_json()!r}>"

    def get(self, name: str, default: Any = None) -> Any:
        """Return the last value, or ``default``."""
        values = self._lists.get(name)
        return values[-1] if values else default

    def getlist(self, name: str) -> list[str]:
        """Return every value, in the order sent."""
        return list(self._lists.get(name, ()))

    def as_json(self) -> dict[str, str | list[str]]:
        """Return one str for a name sent once, a list for one sent more often."""
        return {
            name: values[0] if len(values) == 1 else list(values)
            for name, values in self._lists.items()
        }


class PathQuery(Query):
    """A query string over which the path's parameters win, as text."""

    __slots__ = ()

    def __init__(self, lists: dict[str, list[str]], params: Mapping[str, Any]) -> None:
        for name, value in params.items():
            lists[name] = list(value) if isinstance(value, list) else [str(value)]
        super().__init__(lists, from_path=params)

    def __getitem__(self, name: str) -> str:
        if isinstance(self.from_path.get(name), list):
            return "/".join(self._lists[name])
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return the last value, or ``default``; a catch-all's segments joined by ``/``."""
        if isinstance(self.from_path.get(name), list):
            return "/".join(self._lists[name])
        return super().get(name, default)

    def as_json(self) -> dict[str, str | list[str]]:
        """Return one str for a name sent once; a catch-all is always a list, as in Next.js."""
        shown = super().as_json()
        for name, value in self.from_path.items():
            if isinstance(value, list):
                shown[name] = list(self._lists[name])
        return shown
