"""An API folder at work: its table, and an endpoint for each file that has been asked for."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from fileapi import conf, shipped
from fileapi.routing.problem import Problem, listing
from fileapi.routing.resolver import converters
from fileapi.routing.scan import Route, Tree, scan
from fileapi.routing.table import RouteTable

from .endpoint import Endpoint
from .module import Source, finder, module_name
from .view import View, broken_view, not_found


class ApiFolder:
    """Finds routes and makes views for a FileResolver. Nothing is read before first use.

    ``package`` is the dotted name of the folder, None for the one that the settings name.
    """

    def __init__(self, package: str | None) -> None:
        self._package = package
        self._lock = threading.RLock()
        self._tree: Tree | None = None
        self._table: RouteTable | None = None
        self._endpoints: dict[str, Endpoint] = {}
        self._sources: dict[str, Source] = {}
        self.on_change: Callable[[], None] = lambda: None
        self.is_live = True

    @property
    def package(self) -> str:
        """The dotted name of the folder."""
        return self._package or conf.root()

    def path(self) -> str:
        """Return the folder's path, whether it exists or not."""
        try:
            spec = find_spec(self.package)
        except ImportError:
            spec = None
        if spec is not None and spec.submodule_search_locations:
            return os.path.realpath(next(iter(spec.submodule_search_locations)))
        return os.path.realpath(self.package.replace(".", os.sep))

    def tree(self) -> Tree:
        """Return what is on disk, read once, or again after a change under DEBUG."""
        if self._tree is None:
            self._ensure()
        assert self._tree is not None
        return self._tree

    def table(self) -> RouteTable:
        """Return the table of the tree, with its problems."""
        if self._table is None:
            self._ensure()
        assert self._table is not None
        return self._table

    def problems(self) -> list[Problem]:
        """Return what is wrong with the names in the folder, all at once."""
        return [*self.tree().problems, *self.table().problems]

    def find(self, path: str) -> tuple[Route, dict[str, Any]] | None:
        """Return the route for a path below the mount, and its parameters.

        Raises ImproperlyConfigured, naming them all, while the folder has conflicts.
        """
        if self.is_live:
            self._ensure()
            if problems := self.problems():
                raise ImproperlyConfigured(f"{self.package} cannot be served:\n{listing(problems)}")
        return self._table.match(path)  # type: ignore[union-attr]

    def routes(self) -> Sequence[Route]:
        """Return every route, sorted by file."""
        return self.table().routes

    def endpoint(self, route: Route) -> Endpoint:
        """Return the endpoint of a route; its files are not imported yet."""
        endpoint = self._endpoints.get(route.file)
        if endpoint is None:
            with self._lock:
                endpoint = self._endpoints.setdefault(
                    route.file,
                    Endpoint(
                        route,
                        self._source(route.file),
                        [self._source(file) for file in route.middleware],
                    ),
                )
        return endpoint

    def view(self, route: Route) -> View:
        """Return the view of a route, loaded, and loaded anew after an edit under DEBUG."""
        endpoint = self.endpoint(route)
        if self.is_live:
            endpoint.refresh()
        return endpoint.view()

    def lazy_view(self, route: Route) -> View:
        """Return a callable that stands for the view without loading it."""
        return _LazyView(self, route)

    def broken(self, error: Exception) -> View:
        """Return the view that answers while the folder cannot be served."""
        return broken_view(error, self.package)

    def not_found(self) -> View:
        """Return the view that answers what no route does."""
        return not_found

    def _table_of(self, tree: Tree) -> RouteTable:
        """Return the table of a tree and, in the project's own folder, of what fileapi ships."""
        table = RouteTable(tree.routes, converters())
        if self._package is not None:
            return table
        more = [route for route in shipped.routes() if table.match(route.template) is None]
        return RouteTable([*tree.routes, *more], converters()) if more else table

    def _source(self, file: str) -> Source:
        if file not in self._sources:
            source = shipped.source(file) or Source(self.package, self.tree().root, file)
            self._sources[file] = source
        return self._sources[file]

    def _drop_renamed(self, root: str) -> None:
        """Forget the modules of files that a new or removed folder gave another dotted name."""
        for file, source in list(self._sources.items()):
            if not shipped.source(file) and source.name != module_name(self.package, root, file):
                sys.modules.pop(source.name, None)
                del self._sources[file]

    def _ensure(self) -> None:
        tree = self._tree
        if tree is not None and (not self.is_live or tree.is_current()):
            return
        with self._lock:
            if self._tree is not tree:
                return  # another thread was first
            new = scan(self.path())
            finder.add(self.package, new.root)
            same = tree is not None and new.routes == tree.routes and new.problems == tree.problems
            if not same:
                self._table = self._table_of(new)
                self._endpoints = {}
                self._drop_renamed(new.root)
            self._tree = new
            # Decided once: each look at Django's lazy settings costs as much as a match.
            self.is_live = settings.DEBUG or bool(self.problems())
        if tree is not None and not same:
            self.on_change()


class _LazyView:
    """Stands for a view where Django looks at patterns: `reverse()`, checks, admindocs."""

    csrf_exempt = True

    def __init__(self, folder: ApiFolder, route: Route) -> None:
        self._folder = folder
        self._route = route
        self.__name__ = self.__qualname__ = route.name

    def __call__(self, request: Any, /, **params: Any) -> Any:
        return self._folder.view(self._route)(request, **params)
