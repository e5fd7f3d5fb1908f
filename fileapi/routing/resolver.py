"""A route table as a Django URL resolver."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, Protocol, overload

from django.core.exceptions import ImproperlyConfigured
from django.urls import Resolver404, URLPattern, URLResolver
from django.urls.converters import (
    IntConverter,
    SlugConverter,
    StringConverter,
    UUIDConverter,
    get_converters,
)
from django.urls.resolvers import RoutePattern, get_ns_resolver
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language

from .scan import Route
from .segments import CATCH_ALLS, Kind
from .table import Converter

APP_NAME = "fileapi"


class Match:
    """What a parent URLResolver reads of a child's match to build the ResolverMatch from."""

    __slots__ = ("captured_kwargs", "func", "kwargs", "namespaces", "route", "url_name")

    # Constants; the parent copies them, and Django 5.2 adds lists.
    app_names: ClassVar[list[str]] = [APP_NAME]
    args = ()
    extra_kwargs: ClassVar[dict[str, Any]] = {}
    tried = None

    def __init__(
        self,
        func: Callable[..., Any],
        url_name: str | None,
        namespace: str,
        route: str,
        kwargs: dict[str, Any],
    ) -> None:
        self.func = func
        self.url_name = url_name
        self.route = route
        self.kwargs = self.captured_kwargs = kwargs
        self.namespaces = [namespace]

    def with_kwargs(self, kwargs: dict[str, Any]) -> Match:
        """Return a copy for other path parameters."""
        copy = Match.__new__(Match)
        copy.func = self.func
        copy.url_name = self.url_name
        copy.route = self.route
        copy.kwargs = copy.captured_kwargs = kwargs
        copy.namespaces = self.namespaces
        return copy


class RouteSource(Protocol):
    """What a FileResolver asks of the API folder behind it."""

    @property
    def is_live(self) -> bool:
        """Whether files may change while they are served, so that no match may be kept."""

    def find(self, path: str) -> tuple[Route, dict[str, Any]] | None:
        """Return the route for a path below the mount, and its parameters.

        Raises ImproperlyConfigured while the folder cannot be served.
        """

    def view(self, route: Route) -> Callable[..., Any]:
        """Return the Django view of a route, loaded."""

    def lazy_view(self, route: Route) -> Callable[..., Any]:
        """Return a callable that stands for the view without loading it."""

    def broken(self, error: Exception) -> Callable[..., Any]:
        """Return the view that answers while the folder cannot be served."""

    def not_found(self) -> Callable[..., Any]:
        """Return the view that answers what no route does."""

    def routes(self) -> Sequence[Route]:
        """Return every route."""


class FileResolver(URLResolver):
    """One mount: owns ``prefix`` and answers every URL below it.

    A parent resolver calls ``resolve()``; everything else in Django that looks at URLs
    (``reverse()``, checks, admindocs) reads ``url_patterns``.
    """

    def __init__(self, prefix: str, source: RouteSource, namespace: str) -> None:
        super().__init__(RoutePattern(prefix), [], app_name=APP_NAME, namespace=namespace)
        self.prefix = prefix
        self.source = source
        self._without_slash = prefix.removesuffix("/")
        self._matches: dict[str, Match] = {}
        self._ready: dict[str, Match] = {}
        self._patterns = LazyPatterns(source)

    @property
    def url_patterns(self) -> LazyPatterns:  # type: ignore[override]
        return self._patterns

    def forget(self) -> None:
        """Drop what was derived from an earlier table."""
        self._matches = {}
        self._ready = {}
        self._patterns = LazyPatterns(self.source)

    def resolve(self, path: str) -> Match:  # type: ignore[override]
        """Return the match of a path that has no leading slash.

        A mount with a prefix answers for everything below it, so that an unknown URL gets its own
        404 instead of a redirect to a slash or a later pattern's page. Raises Resolver404 for a
        path outside the prefix and, with an empty prefix, for an unknown one.
        """
        ready = self._ready.get(path)
        if ready is not None:
            return ready
        prefix = self.prefix
        if path.startswith(prefix):
            below = path[len(prefix) :]
        elif path == self._without_slash:
            below = ""
        else:
            raise Resolver404({"path": path})
        try:
            found = self.source.find(below)
        except ImproperlyConfigured as error:
            # Not raised here: Django's technical page resolves the path once more.
            return Match(self.source.broken(error), None, self.namespace or "", "", {})
        if found is None:
            if not prefix:
                raise Resolver404({"path": path})
            return Match(self.source.not_found(), None, self.namespace or "", "", {})
        route, params = found
        match = self._matches.get(route.file)
        if match is None:
            view = self.source.view(route)
            match = Match(view, route.name, self.namespace or "", route.template, {})
            if not self.source.is_live:
                self._matches[route.file] = match
                if not route.parameters:
                    self._ready[prefix + route.template] = match
        return match.with_kwargs(params) if params else match

    def check(self) -> list[Any]:
        """Return nothing: `fileapi.checks` looks at the folder itself."""
        return []

    def _populate(self) -> None:
        """Offer no names to the parent: they are in this resolver's namespace.

        Django builds a resolver from ``url_patterns`` for a namespace when one of its names is
        reversed, so a project's other names never wait for thousands of routes.
        """
        language = get_language()
        self._reverse_dict[language] = MultiValueDict()
        self._namespace_dict[language] = {}  # type: ignore[attr-defined]
        self._app_dict[language] = {}  # type: ignore[attr-defined]
        self._populated = True

    def _reverse_with_prefix(
        self, lookup_view: Any, _prefix: str, *args: Any, **kwargs: Any
    ) -> str:
        """Reverse where the prefix is empty: only then Django asks this resolver itself."""
        resolver = get_ns_resolver("", self, ())
        url: str = resolver._reverse_with_prefix(lookup_view, _prefix, *args, **kwargs)  # type: ignore[attr-defined]
        return url


class LazyPatterns(Sequence[URLPattern]):
    """Real URLPatterns of all routes, made when somebody looks at them."""

    def __init__(self, source: RouteSource) -> None:
        self._source = source
        self._made: list[URLPattern] | None = None

    def _patterns(self) -> list[URLPattern]:
        if self._made is None:
            self._made = [
                pattern
                for route in self._source.routes()
                for pattern in patterns(route, self._source.lazy_view(route))
            ]
        return self._made

    @overload
    def __getitem__(self, index: int) -> URLPattern: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[URLPattern]: ...
    def __getitem__(self, index: int | slice) -> URLPattern | Sequence[URLPattern]:
        return self._patterns()[index]

    def __iter__(self) -> Iterator[URLPattern]:
        return iter(self._patterns())

    def __len__(self) -> int:
        return len(self._patterns())


class SegmentsConverter(StringConverter):
    """``["a", "b"]`` as ``a/b``, for ``reverse()``."""

    regex = ".+"

    def to_url(self, value: Sequence[str]) -> str:
        if isinstance(value, str) or not value or not all(value):
            raise ValueError(f"{value!r} is no list of non-empty segments.")
        return "/".join(value)


def patterns(route: Route, view: Callable[..., Any]) -> Iterator[URLPattern]:
    """Yield what Django's ``path()`` would make of a route: one pattern, or two.

    An optional catch-all has a second one, without its parameter.
    """
    pattern = RoutePattern(route.template, name=route.name, is_endpoint=True)
    if route.segments and (last := route.segments[-1]).kind in CATCH_ALLS:
        pattern.converters[last.name] = SegmentsConverter()
    yield URLPattern(pattern, view, None, route.name)
    if route.segments and route.segments[-1].kind is Kind.OPTIONAL_CATCH_ALL:
        bare = route.template.rpartition("/")[0]
        yield URLPattern(RoutePattern(bare, route.name, is_endpoint=True), view, None, route.name)


def converters() -> dict[str, Converter]:
    """Return every registered path converter as a plain function of one segment."""
    return {
        name: _BUILT_IN.get(type(converter)) or _by_pattern(converter)
        for name, converter in get_converters().items()
    }


def _to_int(text: str) -> int:
    # int() also takes signs, blanks, underscores and other scripts' digits.
    if text.isascii() and text.isdigit():
        return int(text)
    raise ValueError(text)


def _to_uuid(text: str) -> uuid.UUID:
    value = uuid.UUID(text)
    # UUID() also takes braces, capitals and no hyphens; one spelling is enough for one URL.
    if str(value) == text:
        return value
    raise ValueError(text)


def _to_slug(text: str) -> str:
    if text.isascii() and text.replace("-", "a").replace("_", "a").isalnum():
        return text
    raise ValueError(text)


# The same answers as Django's own, without a regular expression.
_BUILT_IN: dict[type, Converter] = {
    IntConverter: _to_int,
    UUIDConverter: _to_uuid,
    SlugConverter: _to_slug,
}


def _by_pattern(converter: Any) -> Converter:
    fits = re.compile(converter.regex).fullmatch

    def convert(text: str) -> Any:
        if fits(text) is None:
            raise ValueError(text)
        return converter.to_python(text)

    return convert
