"""One Python file below an API root, imported on first use."""

from __future__ import annotations

import importlib
import linecache
import os
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from types import ModuleType

from django.conf import settings

from fileapi.routing.problem import Problem
from fileapi.routing.scan import CLOCK_GRAIN_NS, MIDDLEWARE_FILE, ignored_because


class RouteError(Exception):
    """A route file that cannot serve. Its URL answers 500, `manage.py check` shows the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


class FreshLoader(SourceFileLoader):
    """Compile from source: a ``.pyc`` is known by whole seconds and size, too coarse for edits."""

    text = b""  # what was compiled

    def path_stats(self, path: object) -> dict[str, object]:
        raise OSError  # SourceLoader then neither reads nor writes bytecode

    def get_data(self, path: str) -> bytes:
        self.text = super().get_data(path)
        return self.text


class RouteFinder:
    """A meta path finder: import route files by one dotted name each, whatever they are called.

    ``users/[id].py`` is ``users.[id]`` to Python already. A dot in a name is spelled ``/``, which
    no file name holds: ``[...path].py`` is ``[///path]/py``, and ``users.py`` beside a folder
    ``users`` is ``users/py``, so that the folder owns ``users``.
    """

    def __init__(self) -> None:
        self.roots: dict[str, str] = {}

    def add(self, package: str, path: str) -> None:
        """Serve the imports below ``package``, whose folder is ``path``."""
        self.roots[package] = path
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        for package, root in self.roots.items():
            if fullname.startswith(package + "."):
                *folders, last = fullname[len(package) + 1 :].split(".")
                folder = os.path.join(root, *(name.replace("/", ".") for name in folders))
                return _spec(fullname, folder, last)
        return None


def _spec(fullname: str, folder: str, name: str) -> ModuleSpec | None:
    path = os.path.join(folder, name.removesuffix("/py").replace("/", "."))
    if not name.endswith("/py") and os.path.isdir(path):
        init = os.path.join(path, "__init__.py")
        if os.path.isfile(init):
            return spec_from_file_location(fullname, init, submodule_search_locations=[path])
        spec = ModuleSpec(fullname, None, is_package=True)
        spec.submodule_search_locations = [path]
        return spec
    path += ".py"
    file = os.path.basename(path)
    if (ignored_because(file) and file != MIDDLEWARE_FILE) or not os.path.isfile(path):
        return None  # a helper: Python's own finders import it, and its edits restart the server
    loader = FreshLoader if settings.DEBUG else SourceFileLoader
    return spec_from_file_location(fullname, path, loader=loader(fullname, path))


finder = RouteFinder()


def module_name(package: str, root: str, file: str) -> str:
    """Return the dotted name that `RouteFinder` gives ``file``, a path relative to ``root``."""
    *folders, name = file.removesuffix(".py").split("/")
    if "." in name or os.path.isdir(os.path.join(root, *folders, name)):
        name += ".py"
    return ".".join([package, *(part.replace(".", "/") for part in (*folders, name))])


class Source:
    """A file and the module it makes. Two first requests at once run it once."""

    def __init__(self, package: str, root: str, file: str) -> None:
        self.file = file
        self.path = os.path.join(root, file)
        self.name = module_name(package, root, file)
        self.version = 0  # how often the file has changed since the start
        self._lock = threading.RLock()
        self._module: ModuleType | None = None
        self._failure: BaseException | None = None
        self._stamp: tuple[int, int, int] | None = None
        self._text = b""

    def load(self) -> ModuleType:
        """Return the module, imported once. Raises RouteError, each time, where that failed."""
        if self._module is None:
            with self._lock:
                self._import_once()
        if self._module is None:
            raise RouteError(self._problem()) from self._failure
        return self._module

    def refresh(self) -> None:
        """Forget the module if the file has changed since its import, or if that failed."""
        with self._lock:
            # A failure may have come from another file, which has been mended since.
            if self._failure is None and (self._module is None or self._is_unchanged()):
                return
            self._module = self._failure = None
            self.version += 1
            sys.modules.pop(self.name, None)
            linecache.checkcache(self.path)
            importlib.invalidate_caches()

    def _is_unchanged(self) -> bool:
        if self._stamp is not None and self._stamp == _stamp(self.path):
            return True
        if _read(self.path) != self._text:
            return False
        self._stamp = _settled_stamp(self.path)
        return True

    def _import_once(self) -> None:
        if self._module is not None or self._failure is not None:
            return
        self._stamp = None  # the next refresh() compares the text
        self._text = _read(self.path) if settings.DEBUG else b""
        earlier = sys.modules.get(self.name)
        if earlier is not None and not self._is_current(earlier):
            del sys.modules[self.name]
        try:
            module = importlib.import_module(self.name)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a file that calls sys.exit() must not end the server
            self._failure = error
        else:
            self._text = getattr(module.__loader__, "text", b"")
            self._module = module

    def _is_current(self, module: ModuleType) -> bool:
        """Tell whether a module that somebody imported before is this file as it is now."""
        if getattr(module, "__file__", None) != self.path:
            return False  # a folder, or a file that has gone
        return getattr(module.__loader__, "text", self._text) == self._text

    def _problem(self) -> Problem:
        error = self._failure
        assert error is not None
        line = self._failing_line(error)
        at = f"{self.file}:{line}" if line else self.file
        text = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
        return Problem(
            id="E020",
            message=f"{at!r} cannot be imported: {type(error).__name__}: {text.rstrip('.')}.",
            hint="Mend the file; until then its URL answers 500.",
            files=(self.file,),
        )

    def _failing_line(self, error: BaseException) -> int | None:
        if isinstance(error, SyntaxError) and error.filename == self.path:
            return error.lineno
        lines = [
            frame.lineno
            for frame in traceback.extract_tb(error.__traceback__)
            if frame.filename == self.path
        ]
        return lines[-1] if lines else None


def _stamp(path: str) -> tuple[int, int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _settled_stamp(path: str) -> tuple[int, int, int] | None:
    """Return the file's stamp, or None while the same one could still come with other content."""
    stamp = _stamp(path)
    if stamp is None or time.time_ns() - stamp[0] < CLOCK_GRAIN_NS:
        return None
    return stamp


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""
