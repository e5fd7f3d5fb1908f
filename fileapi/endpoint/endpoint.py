"""One route file, the middleware above it, and the view they make."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connections

from fileapi.config import DEFAULTS, Config
from fileapi.guards import order
from fileapi.guards.origin import SAFE_METHODS, same_origin
from fileapi.routing.problem import Problem
from fileapi.routing.scan import Route

from .binding import bind, is_coroutine
from .chain import Guard, Step, chain, guarded
from .exports import METHODS, Exports, Middleware, exports, folder_exports
from .module import RouteError, Source
from .view import View, broken_view, make_view


class Endpoint:
    """Loads a route's files and keeps what they make, until one of them changes."""

    def __init__(self, route: Route, source: Source, folders: list[Source]) -> None:
        self.route = route
        self.source = source
        self.folders = folders
        self.problem: Problem | None = None  # why the view answers 500
        self._loaded: Loaded | None = None
        self._view: View | None = None
        self._versions: list[int] = []

    def view(self) -> View:
        """Return the view, made once. It answers 500 where a file cannot serve."""
        if self._view is None:
            self._view = self._make()
        return self._view

    def refresh(self) -> None:
        """Drop what was made if one of its files has changed on disk."""
        for source in (*self.folders, self.source):
            source.refresh()
        if self._versions != self._current():
            self._loaded = self._view = None

    def load(self) -> Loaded:
        """Import the files and put them together, once. Raises RouteError, each time."""
        if self._loaded is None:
            self._versions = self._current()
            folders = [folder_exports(source.load(), source.file) for source in self.folders]
            own = exports(self.source.load(), self.route.file)
            self._loaded = Loaded(self.route, folders, own)
        return self._loaded

    def _current(self) -> list[int]:
        return [source.version for source in (*self.folders, self.source)]

    def _make(self) -> View:
        try:
            loaded = self.load()
            view = loaded.view()
            view.__module__ = self.source.name
            self.problem = None
        except RouteError as error:
            self.problem = error.problem
            view = broken_view(error, self.route.file)
        view.__name__ = view.__qualname__ = self.route.name
        view.route_file = self.route.file  # type: ignore[attr-defined]  # for the request's log
        return view


class Loaded:
    """What the files of a route say, in one place. Raises RouteError for what cannot be served."""

    def __init__(self, route: Route, folders: list[Exports], own: Exports) -> None:
        self.route = route
        self.own = own
        files = (*route.middleware, route.file)
        self.config = self._config(zip(files, (*folders, own), strict=True))
        if problem := order.problem(self.config, own.module, route.file):
            raise RouteError(problem)
        self.middleware: list[tuple[str, Middleware]] = [
            (file, function)
            for file, found in zip(files, (*folders, own), strict=True)
            for function in found.middleware
        ]
        self.is_unsafe = any(method not in SAFE_METHODS for method in own.handlers)
        self.guards = ["same-origin"] * self.is_unsafe + order.names(self.config)
        self.handlers = {
            name: bind(function, name, route) for name, function in own.handlers.items()
        }
        self.steps = self._steps()
        self.is_async = any(is_coroutine(step) for step in self.steps.values())
        self.non_atomic = self._non_atomic()

    def _config(self, found: Iterable[tuple[str, Exports]]) -> Config:
        config = DEFAULTS
        for file, each in found:
            if each.config is not None:
                try:
                    config = each.config.under(config)
                except ValueError as error:
                    hint = "To let everyone in, write permissions=None besides."
                    raise self._error("E031", f"contradicts itself: {error}", hint, file) from error
        return config

    def _steps(self) -> dict[str, Step]:
        steps: dict[str, Step] = {}
        announce = self._announcement()
        scope = self.own.module.__name__
        guard = order.guard(self.config, scope, self.route.file)
        for name, handler in self.handlers.items():
            inner = chain(handler, self.middleware)
            for method in METHODS if name == "*" else (name,):
                is_async = is_coroutine(inner)
                if problem := order.unkept(self.config, method, is_async, self.route.file):
                    raise RouteError(problem)
                step = order.kept(self.config, method, inner, scope)
                if guard is not None:
                    step = guarded(guard, step, blocks=True)
                safe = method in SAFE_METHODS
                steps[method] = step if safe else guarded(same_origin, step, blocks=False)
                if announce is not None:
                    steps[method] = guarded(announce, steps[method], blocks=False)
        return steps

    def _announcement(self) -> Guard | None:
        config = self.config
        if not (config.deprecated or config.sunset or config.successor):
            return None
        from fileapi.http.deprecation import announcement

        return announcement(config)

    def _non_atomic(self) -> set[str]:
        """Return the databases that ``non_atomic_requests`` frees every function from."""
        marks: list[set[str]] = [
            getattr(function, "_non_atomic_requests", set())
            for function in self.own.handlers.values()
        ]
        freed = set(marks[0])
        if any(mark != freed for mark in marks):
            raise self._error(
                "E028",
                "has non_atomic_requests on some functions only.",
                "Mark all functions of the file, or none.",
            )
        atomic = [
            alias
            for alias, database in connections.settings.items()
            if database["ATOMIC_REQUESTS"] and alias not in freed
        ]
        if self.is_async and atomic:
            raise self._error(
                "E028",
                f"is async, and ATOMIC_REQUESTS is on for {', '.join(map(repr, atomic))}.",
                "Make it sync, or mark its functions with transaction.non_atomic_requests.",
            )
        return freed

    def view(self) -> Callable[..., Any]:
        """Return the Django view."""
        view = make_view(self.steps, self.route.file, self.config)
        # A class-based view keeps Django's CSRF rule besides: it may know sessions by itself.
        view.csrf_exempt = (  # type: ignore[attr-defined]
            getattr(self.own.handlers["*"], "csrf_exempt", False)
            if self.own.is_class_based
            else True
        )
        if self.non_atomic:
            view._non_atomic_requests = self.non_atomic  # type: ignore[attr-defined]
        return view

    def _error(self, id: str, message: str, hint: str, file: str = "") -> RouteError:
        file = file or self.route.file
        return RouteError(Problem(id=id, message=f"{file!r} {message}", hint=hint, files=(file,)))
