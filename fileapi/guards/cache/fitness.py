"""Where a Cache contradicts its route: found out when the file is loaded."""

from __future__ import annotations

from types import ModuleType

from fileapi.config import Config
from fileapi.endpoint.binding import is_class_based
from fileapi.routing.problem import Problem

from .policy import Cache


def uncacheable(config: Config, module: ModuleType, file: str) -> Problem | None:
    """Return why the answers of a route cannot be cached as its config says, or None."""
    assert isinstance(config.cache, Cache)
    if config.auth and not config.cache.per_user:
        return _problem(
            file,
            "asks who is calling, and its Cache keeps one answer for all.",
            "Write Cache(..., per_user=True), or cache=None.",
        )
    handler = getattr(module, "handler", None)
    if handler is not None and is_class_based(handler):
        return _problem(
            file,
            "is a class-based view, whose reading of the request is not seen.",
            "Write cache=None, and decorate the view with Django's cache_page.",
        )
    own = getattr(module, "config", None)
    if handler is None and not hasattr(module, "GET") and isinstance(own, Config) and own.cache:
        return _problem(file, "has a Cache, and no GET.", "Only answers of GET are kept: drop it.")
    return None


def _problem(file: str, message: str, hint: str) -> Problem:
    return Problem(id="E036", message=f"{file!r} {message}", hint=hint, files=(file,))
