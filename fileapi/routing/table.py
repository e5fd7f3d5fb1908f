"""A list of routes to a tree of segments that URLs are matched against."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from .problem import Problem
from .scan import Route
from .segments import CATCH_ALLS, Kind, Segment

# Takes the text of one URL segment; raises ValueError for one that does not fit.
Converter = Callable[[str], Any]


class Node:
    """A position in the URL, and what may stand at the next one."""

    __slots__ = ("catch_all", "dynamic", "first", "optional", "route", "static", "typed")

    def __init__(self, first: Route | None = None) -> None:
        self.first = first  # to name it in a conflict
        self.route: Route | None = None
        self.static: dict[str, Node] = {}
        self.typed: list[tuple[Segment, Converter, Node]] = []
        self.dynamic: tuple[Segment, Node] | None = None
        self.catch_all: Route | None = None
        self.optional: Route | None = None


class RouteTable:
    """Every URL below a mount. Built once; ``match()`` only reads it."""

    def __init__(self, routes: Iterable[Route], converters: Mapping[str, Converter]) -> None:
        self.routes: list[Route] = []
        self.problems: list[Problem] = []
        self._root = Node()
        self._literal: dict[str, Route] = {}
        for route in sorted(routes, key=lambda route: route.file):
            if self._is_sound(route, converters) and self._insert(route, converters):
                self.routes.append(route)
                if not route.parameters:
                    self._literal["/".join([segment.text for segment in route.segments])] = route
        _sort_typed(self._root)

    def match(self, path: str) -> tuple[Route, dict[str, Any]] | None:
        """Return the route for ``path``, and its converted parameters, or None.

        ``path`` is what stands behind the mount, decoded once, without a leading slash. One
        trailing slash is ignored. At each segment the order of `Kind` decides, with backtracking;
        the walk is bounded by the table's depth, never by the number of its routes.
        """
        if path.endswith("/"):
            path = path[:-1]
            if not path:
                return None
        # A literal route wins at every segment, so it wins as a whole.
        route = self._literal.get(path)
        if route is not None:
            return route, {}
        parts = path.split("/") if path else []
        values: list[Any] = []
        found = _walk(self._root, parts, 0, values)
        if found is None or (found.takes_text and not is_clean(path, parts)):
            return None
        # An optional catch-all that matched nothing leaves its name without a value.
        return found, dict(zip(found.parameters, values))  # noqa: B905

    def _is_sound(self, route: Route, converters: Mapping[str, Converter]) -> bool:
        sound = True
        names: set[str] = set()
        for position, segment in enumerate(route.segments):
            if segment.kind is Kind.STATIC:
                continue
            if segment.name in names and sound:
                sound = self._report(
                    "E006",
                    f"{route.file!r} has two parameters named {segment.name!r}.",
                    "Rename one of them.",
                    route,
                )
            names.add(segment.name)
            if segment.kind is Kind.TYPED and segment.converter not in converters:
                sound = self._report(
                    "E010",
                    f"{route.file!r} uses the unknown converter {segment.converter!r}.",
                    f"Known: {', '.join(sorted(converters))}. Register yours with Django's "
                    "register_converter() before the URLs are used.",
                    route,
                )
            if segment.kind in CATCH_ALLS and position < len(route.segments) - 1:
                sound = self._report(
                    "E003",
                    f"{route.file!r} stands behind the catch-all {segment.text!r}.",
                    "A catch-all takes the rest of the URL: nothing can follow it.",
                    route,
                )
        return sound

    def _insert(self, route: Route, converters: Mapping[str, Converter]) -> bool:
        node = self._root
        for segment in route.segments:
            if segment.kind in CATCH_ALLS:
                return self._end_in_catch_all(node, segment, route)
            child = self._child(node, segment, route, converters)
            if child is None:
                return False
            node = child
        if node.route is not None:
            url = "/" + "/".join([segment.text for segment in route.segments])
            return self._report(
                "E001",
                f"{node.route.file!r} and {route.file!r} both answer {url!r}.",
                "Remove or rename one of them.",
                node.route,
                route,
            )
        if node.optional is not None:
            return self._beside_optional(route, node.optional)
        node.route = route
        return True

    def _child(
        self, node: Node, segment: Segment, route: Route, converters: Mapping[str, Converter]
    ) -> Node | None:
        if segment.kind is Kind.STATIC:
            return node.static.setdefault(segment.text, Node(route))
        if segment.kind is Kind.DYNAMIC:
            if node.dynamic is None:
                node.dynamic = (segment, Node(route))
            known, child = node.dynamic
        else:
            same = [entry for entry in node.typed if entry[0].converter == segment.converter]
            if not same:
                same = [(segment, converters[segment.converter], Node(route))]
                node.typed += same
            known, _, child = same[0]
        if known.name == segment.name:
            return child
        assert child.first is not None
        self._two_names(child.first, route, known, segment)
        return None

    def _end_in_catch_all(self, node: Node, segment: Segment, route: Route) -> bool:
        same, other = node.catch_all, node.optional
        if segment.kind is Kind.OPTIONAL_CATCH_ALL:
            same, other = other, same
        if same is not None:
            known = same.segments[-1]
            if known.name != segment.name:
                return self._two_names(same, route, known, segment)
            return self._report(
                "E001",
                f"{same.file!r} and {route.file!r} answer the same URLs.",
                "Remove or rename one of them.",
                same,
                route,
            )
        if other is not None:
            return self._report(
                "E004",
                f"{other.file!r} and {route.file!r} both take the rest of the URL.",
                "Keep the optional catch-all, or the required one.",
                other,
                route,
            )
        if segment.kind is Kind.CATCH_ALL:
            node.catch_all = route
        elif node.route is not None:
            return self._beside_optional(node.route, route)
        else:
            node.optional = route
        return True

    def _beside_optional(self, route: Route, optional: Route) -> bool:
        required = f"[...{optional.segments[-1].name}]"
        return self._report(
            "E005",
            f"{route.file!r} and {optional.file!r} both answer the URL without more segments.",
            f"Remove the first, or name the second {required!r}.",
            route,
            optional,
        )

    def _two_names(self, first: Route, second: Route, one: Segment, two: Segment) -> bool:
        return self._report(
            "E002",
            f"{first.file!r} and {second.file!r} name one position {one.text!r} and {two.text!r}.",
            "Use one name for it.",
            first,
            second,
        )

    def _report(self, id: str, message: str, hint: str, *routes: Route) -> bool:
        files = tuple([route.file for route in routes])
        self.problems.append(Problem(id=id, message=message, hint=hint, files=files))
        return False


# C0, DEL and C1: characters that no URL means, and that logs and terminals obey.
_CONTROLS = frozenset(map(chr, (*range(0x20), *range(0x7F, 0xA0))))


def is_clean(path: str, parts: list[str]) -> bool:
    """Tell whether a path is one that a table may know.

    Refused: empty, ``.`` and ``..`` segments, control characters, and bytes that are not UTF-8.
    The latter come as U+FFFD (ASGI servers) or as the ``%XX`` that Django's
    ``repercent_broken_unicode()`` puts in their place.
    """
    if "" in parts or "." in parts or ".." in parts:
        return False
    if path.isascii() and path.isprintable() and "%" not in path:
        return True
    if "\ufffd" in path or not _CONTROLS.isdisjoint(path):
        return False
    return "%" not in path or _is_utf8(path)


def _is_utf8(path: str) -> bool:
    """Tell whether the text that stands for percent-encoded bytes is UTF-8 throughout."""
    try:
        unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        return False
    return True


def _walk(node: Node, parts: list[str], depth: int, values: list[Any]) -> Route | None:
    if depth == len(parts):
        return node.route or node.optional
    part = parts[depth]
    child = node.static.get(part)
    if child is not None:
        found = _walk(child, parts, depth + 1, values)
        if found is not None:
            return found
    for _, convert, child in node.typed:
        try:
            values.append(convert(part))
        except ValueError:
            continue
        found = _walk(child, parts, depth + 1, values)
        if found is not None:
            return found
        values.pop()
    if node.dynamic is not None:
        values.append(part)
        found = _walk(node.dynamic[1], parts, depth + 1, values)
        if found is not None:
            return found
        values.pop()
    rest = node.catch_all or node.optional
    if rest is not None:
        values.append(parts[depth:])
    return rest


def _sort_typed(node: Node) -> None:
    node.typed.sort(key=lambda entry: _converter_rank(entry[0].converter))
    for child in node.static.values():
        _sort_typed(child)
    for _, _, child in node.typed:
        _sort_typed(child)
    if node.dynamic is not None:
        _sort_typed(node.dynamic[1])


def _converter_rank(name: str) -> tuple[int, str]:
    """int, then uuid, then custom ones by name, then slug, which takes most of what they take."""
    return {"int": 0, "uuid": 1, "slug": 3}.get(name, 2), name
