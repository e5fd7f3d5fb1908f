"""A mistake in the API folder, as plain data."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class Problem(Struct, frozen=True, kw_only=True):
    """One mistake: a check id without its app label, what is wrong, where, and the way out."""

    id: str
    message: str
    hint: str
    files: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"(fileapi.{self.id}) {self.message} {self.hint}"


def listing(problems: Iterable[Problem]) -> str:
    """Return all problems as one text, a line each."""
    return "\n".join(f"  {problem}" for problem in problems)
