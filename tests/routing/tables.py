"""Tables from file names alone, and a resolver's source that needs no disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from fileapi.routing.resolver import converters
from fileapi.routing.scan import Route
from fileapi.routing.segments import Kind, parse
from fileapi.routing.table import Converter, RouteTable


def route_of(file: str) -> Route:
    """Return the route that a scan makes of a file."""
    names = file.removesuffix(".py").split("/")
    if names[-1] == "index":
        names.pop()
    segments = [parse(name) for name in names]
    return Route(
        file=file, segments=tuple(segment for segment in segments if segment.kind is not Kind.GROUP)
    )


def table_of(files: Iterable[str], known: Mapping[str, Converter] | None = None) -> RouteTable:
    """Return the table of some files."""
    return RouteTable([route_of(file) for file in files], known or converters())


class TableSource:
    """A table as what stands behind a FileResolver; counts the views that were loaded."""

    def __init__(self, files: Iterable[str], *, is_live: bool = False) -> None:
        self.table = table_of(files)
        self.is_live = is_live
        self.loaded: list[str] = []

    def find(self, path: str) -> tuple[Route, dict[str, Any]] | None:
        return self.table.match(path)

    def view(self, route: Route) -> Callable[..., Any]:
        self.loaded.append(route.file)
        return self.lazy_view(route)

    def lazy_view(self, route: Route) -> Callable[..., Any]:
        def view(request: Any, **params: Any) -> None: ...

        view.__name__ = route.file
        return view

    def not_found(self) -> Callable[..., Any]:
        return not_found

    def routes(self) -> Sequence[Route]:
        return self.table.routes


def not_found(request: Any, **params: Any) -> None: ...
