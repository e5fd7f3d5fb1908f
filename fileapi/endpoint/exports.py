"""What a route file, or a ``_middleware.py``, may hold."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

from msgspec import Struct

from fileapi.config import Config
from fileapi.routing.problem import Problem

from .binding import is_class_based
from .module import RouteError

# In the order of the Allow header.
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

Middleware = Callable[..., Any]


class Exports(Struct, frozen=True, kw_only=True):
    """``handlers`` maps a method to its function; the key ``*`` stands for every method."""

    module: ModuleType
    handlers: dict[str, Callable[..., Any]]
    config: Config | None
    middleware: tuple[Middleware, ...]

    @property
    def is_class_based(self) -> bool:
        """Whether ``handler`` is a class-based view, with rules of its own."""
        return "*" in self.handlers and is_class_based(self.handlers["*"])


def exports(module: ModuleType, file: str) -> Exports:
    """Return what a route file exports. Raises RouteError for a slip."""
    names = vars(module)
    for name, value in names.items():
        right = _meant(name)
        if right and inspect.isfunction(value) and value.__module__ == module.__name__:
            raise _error("E023", file, f"defines {name!r}.", f"Name it {right}, or _{name}.")
    handler = names.get("handler")
    handlers = {method: names[method] for method in METHODS if method in names}
    if handler is not None:
        if handlers:
            raise _error(
                "E022",
                file,
                f"has 'handler' and {', '.join(handlers)}.",
                "Keep either one function for every method, or one function a method.",
            )
        handlers = {"*": handler}
    if not handlers:
        raise _error(
            "E021",
            file,
            "answers no request.",
            "Define handler(req, res), or a function named GET, POST, PUT, PATCH or DELETE. "
            "The name of a helper file starts with '_'.",
        )
    for name, function in handlers.items():
        if not callable(function) or inspect.isclass(function):
            name = "handler" if name == "*" else name
            raise _error(
                "E024",
                file,
                f"{name} is {function!r}, which is no function.",
                "Define it with def; a class-based view is 'handler = View.as_view()'.",
            )
    return Exports(
        module=module,
        handlers=handlers,
        config=_config(module, file),
        middleware=_middleware(module, file),
    )


def folder_exports(module: ModuleType, file: str) -> Exports:
    """Return what a ``_middleware.py`` exports. Raises RouteError for a slip."""
    found = Exports(
        module=module,
        handlers={},
        config=_config(module, file),
        middleware=_middleware(module, file),
    )
    if found.config is None and not found.middleware:
        raise _error(
            "E027",
            file,
            "has neither 'middleware' nor 'config'.",
            "Define middleware(req, res, next), or config = Config(...).",
        )
    return found


def _meant(name: str) -> str:
    if name == "default":
        return "handler"
    if name.upper() in METHODS and name not in METHODS:
        return name.upper()
    return "handler" if name.lower() == "handler" and name != "handler" else ""


def _config(module: ModuleType, file: str) -> Config | None:
    config = getattr(module, "config", None)
    if config is None or isinstance(config, Config):
        return config
    raise _error(
        "E026", file, f"config is {config!r}.", "Write config = Config(...), from fileapi."
    )


def _middleware(module: ModuleType, file: str) -> tuple[Middleware, ...]:
    declared = getattr(module, "middleware", ())
    functions = tuple(declared) if isinstance(declared, (list, tuple)) else (declared,)
    for function in functions:
        try:
            inspect.signature(function).bind(None, None, None)
        except (TypeError, ValueError):
            raise _error(
                "E027",
                file,
                f"middleware {function!r} cannot be called with (req, res, next).",
                "Define middleware(req, res, next), or a list of such functions.",
            ) from None
    return functions


def _error(id: str, file: str, message: str, hint: str) -> RouteError:
    return RouteError(Problem(id=id, message=f"{file!r} {message}", hint=hint, files=(file,)))
