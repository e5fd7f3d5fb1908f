"""What a route is called in the document: by its file, so that names stay when code moves."""

from __future__ import annotations

import re

from msgspec.structs import replace

from fileapi.routing.scan import Route
from fileapi.routing.segments import Kind, Segment, parse

_WORD = re.compile(r"[^\W_]+")


def spellings(route: Route) -> list[tuple[Segment, ...]]:
    """Return the segments of each URL that the document shows: an optional catch-all has two."""
    segments = route.segments
    if segments and segments[-1].kind is Kind.OPTIONAL_CATCH_ALL:
        return [segments, segments[:-1]]
    return [segments]


def told_apart(segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """Return segments whose parameters have their converter's name too: ``{id_uuid}``.

    ``[id=int].py`` and ``[id=uuid].py`` would be one path.
    """
    return tuple(
        replace(each, name=f"{each.name}_{each.converter}") if each.converter else each
        for each in segments
    )


def stem(segments: tuple[Segment, ...]) -> str:
    """Return ``users.byId`` for ``users/[id=int].py``."""
    words = [
        "by" + _camel(segment.name, first=True) if segment.kind else _camel(segment.text)
        for segment in segments
    ]
    return ".".join([word for word in words if word]) or "index"


def tags(route: Route) -> list[str]:
    """Return the first folder, groups included: ``(admin)/stats.py`` is of ``admin``."""
    folder, slash, _ = route.file.partition("/")
    return [parse(folder).name or folder] if slash else []


def path(prefix: str, segments: tuple[Segment, ...]) -> str:
    """Return the URL as the document spells it: ``/api/users/{id}``.

    A catch-all is one parameter there, for OpenAPI has no other.
    """
    spelled = ["{%s}" % part.name if part.kind else part.text for part in segments]  # noqa: UP031
    return "/" + (prefix + "/".join(spelled)).rstrip("/")


def _camel(text: str, *, first: bool = False) -> str:
    words = _WORD.findall(text)
    shown = [word if word[0].isupper() else word.capitalize() for word in words]
    if words and not first:
        shown[0] = words[0]
    return "".join(shown)
