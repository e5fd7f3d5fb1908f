"""Every route, its methods and what stands before its handler, as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from msgspec.structs import asdict

from .config import Config
from .endpoint.endpoint import Endpoint, Loaded
from .endpoint.exports import METHODS
from .endpoint.module import RouteError
from .endpoint.view import allowed
from .routing.scan import Route
from .urls import Mount

GUARDS = ("auth", "permissions", "rate", "cache")


def routes(mount: Mount) -> Iterator[dict[str, Any]]:
    """Yield a dict for each route: url, methods, file, middleware, guards, config, problem."""
    for route in mount.folder.routes():
        yield _route(mount, route, mount.folder.endpoint(route))


def _route(mount: Mount, route: Route, endpoint: Endpoint) -> dict[str, Any]:
    row: dict[str, Any] = {
        "url": "/" + mount.prefix + route.template,
        "name": f"{mount.namespace}:{route.name}",
        "methods": [],
        "file": route.file,
        "middleware": [],
        "guards": [],
        "config": {},
        "problem": None,
    }
    try:
        loaded = endpoint.load()
    except RouteError as error:
        row["problem"] = str(error.problem)
        return row
    row["methods"] = _methods(loaded)
    row["middleware"] = [f"{file}:{_name(function)}" for file, function in loaded.middleware]
    row["guards"] = loaded.guards
    row["config"] = _config(loaded.config)
    return row


def _methods(loaded: Loaded) -> list[str]:
    if "*" in loaded.own.handlers:
        return list(METHODS)
    return allowed(loaded.steps).split(", ")


def _config(config: Config) -> dict[str, Any]:
    """Return the fields that are no guards; those are listed by name."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(config).items()
        if name not in GUARDS
    }


def _name(function: Any) -> str:
    return getattr(function, "__name__", None) or type(function).__name__
