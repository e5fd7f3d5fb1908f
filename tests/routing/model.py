"""What DESIGN section 2 says, as slow and plain as it can be said; knows nothing of fileapi.

A file is a list of tokens, a URL is tried against every file, and the best of those that fit wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.urls.converters import get_converters

TYPED = re.compile(r"\[(\w+)=(\w+)\]")


@cache
def tokens(file: str) -> tuple[str, ...]:
    """Return the segments that count: one trailing index and every group are left out."""
    names = file.removesuffix(".py").split("/")
    if names[-1] == "index":
        names = names[:-1]
    return tuple(name for name in names if not name.startswith("("))


@cache
def takes_the_rest(token: str) -> bool:
    return "..." in token


@cache
def shape(token: str) -> str:
    """Return what a token matches, without the name of its parameter."""
    if token.startswith("[[..."):
        return "[[...]]"
    if token.startswith("[..."):
        return "[...]"
    if typed := TYPED.fullmatch(token):
        return f"[={typed[2]}]"
    return "[]" if token.startswith("[") else token


@cache
def parameter(token: str) -> str | None:
    return token.strip("[].").partition("=")[0] if token.startswith("[") else None


@cache
def rank(token: str) -> tuple[int, int, str]:
    """Static, then typed (int, uuid, custom ones by name, slug), dynamic, and the catch-alls."""
    kind = shape(token)
    if kind.startswith("[="):
        converter = kind[2:-1]
        return 1, {"int": 0, "uuid": 1, "slug": 3}.get(converter, 2), converter
    return {"[]": 2, "[...]": 3, "[[...]]": 4}.get(kind, 0), 0, ""


def segments(path: str) -> list[str] | None:
    """Return the segments of what stands behind the mount; None for a path that is 404."""
    if path == "":
        return []
    parts = path.removesuffix("/").split("/")
    for part in parts:
        if part in ("", ".", "..") or re.search(r"[\x00-\x1f\x7f-\x9f\ufffd]", part):
            return None
        if re.search(r"%(?i:c[01]|f[5-f])", part):
            return None  # bytes that UTF-8 never has, as Django leaves them
    return parts


def values(route: tuple[str, ...], parts: list[str]) -> dict[str, Any] | None:
    """Return the parameters of a route for some segments, or None where it does not fit."""
    found: dict[str, Any] = {}
    if route and takes_the_rest(route[-1]):
        route, last = route[:-1], route[-1]
        rest = parts[len(route) :]
        if len(parts) < len(route) or (not rest and shape(last) == "[...]"):
            return None
        parts = parts[: len(route)]
        if rest:
            found[str(parameter(last))] = rest
    if len(route) != len(parts):
        return None
    for token, part in zip(route, parts, strict=True):
        name = parameter(token)
        if name is None:
            if token != part:
                return None
        elif typed := TYPED.fullmatch(token):
            converter = get_converters()[typed[2]]
            if re.fullmatch(converter.regex, part) is None:
                return None
            found[name] = converter.to_python(part)
        else:
            found[name] = part
    return found


def match(files: Iterable[str], path: str) -> tuple[str, dict[str, Any]] | None:
    """Return the file that answers a path below the mount, and its parameters."""
    parts = segments(path)
    if parts is None:
        return None
    fitting = [
        ([rank(token) for token in tokens(file)], file, found)
        for file in files
        if (found := values(tokens(file), parts)) is not None
    ]
    if not fitting:
        return None
    _, file, found = min(fitting, key=lambda candidate: candidate[0])
    return file, found


def conflicts(files: Iterable[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield every check id that DESIGN asks for, with the file or the two files."""
    seen: list[str] = []
    for file in files:
        yield from conflicts_of(file, seen)
        seen.append(file)


def conflicts_of(file: str, others: Iterable[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield what is wrong with a file alone, and beside each of the others."""
    route = tokens(file)
    names = [name for token in route if (name := parameter(token))]
    if len(set(names)) < len(names):
        yield "E006", frozenset({file})
    if any(takes_the_rest(token) for token in route[:-1]):
        yield "E003", frozenset({file})
    for other in others:
        if id := conflict(route, tokens(other)):
            yield id, frozenset({file, other})


def conflict(one: tuple[str, ...], other: tuple[str, ...]) -> str | None:
    """Return the check id of two routes that cannot stand beside each other."""
    for mine, yours in zip(one, other, strict=False):
        if {shape(mine), shape(yours)} == {"[...]", "[[...]]"}:
            return "E004"
        if shape(mine) != shape(yours):
            return None
        if mine != yours:
            return "E002"
    if len(one) == len(other):
        return "E001"
    shorter, longer = sorted((one, other), key=len)
    if len(longer) == len(shorter) + 1 and shape(longer[-1]) == "[[...]]":
        return "E005"
    return None
