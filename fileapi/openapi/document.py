"""The routes of a mount as one OpenAPI 3.1 document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from fileapi import conf
from fileapi.endpoint.endpoint import Loaded
from fileapi.endpoint.exports import METHODS
from fileapi.endpoint.module import RouteError
from fileapi.routing.problem import Problem
from fileapi.routing.scan import Route
from fileapi.urls import Mount

from .names import path, spellings, stem, tags, told_apart
from .operations import Operation, contracts
from .problem import refusal
from .schemas import Schemas

_LOWER = {method: method.lower() for method in METHODS}


def document(mount: Mount) -> dict[str, Any]:
    """Return the document of a mount. Files that cannot be served, or said, are left out."""
    found = list(_loaded(mount))
    try:
        return _document(mount, found)
    except TypeError:  # of one annotation: that is seldom, so it is looked for afterwards
        return _document(mount, [each for each in found if schema_problem(each) is None])


def _document(mount: Mount, loaded: list[Loaded]) -> dict[str, Any]:
    schemas, schemes = Schemas(), dict[str, Any]()
    found = [
        (each.route, [Operation(each, name, schemas, schemes) for name in each.handlers])
        for each in loaded
    ]
    schemas.make()
    paths: dict[str, Any] = {}
    ids: set[str] = set()
    for route, operations in found:
        _add(paths, ids, mount.prefix, route, operations)
    used = sorted(
        {
            int(status)
            for item in paths.values()
            for operation in item.values()
            for status in operation["responses"]
            if status.isdecimal() and int(status) >= 400
        }
    )
    problem = {**refusal(500), "description": "Any other problem."}
    components: dict[str, Any] = {
        "schemas": schemas.components,
        "responses": {**{str(status): refusal(status) for status in used}, "Problem": problem},
    }
    if schemes:
        components["securitySchemes"] = schemes
    return {"openapi": "3.1.0", "info": conf.openapi(), "paths": paths, "components": components}


def encoded(mount: Mount) -> bytes:
    """Return the document as JSON, the same bytes for the same files.

    It is made once, and again for each request while the folder is live.
    """
    folder = mount.folder
    table = folder.table()
    made = _made.get(id(mount))
    if folder.is_live or made is None or made[0] is not table:
        text = msgspec.json.encode(document(mount))
        made = _made[id(mount)] = (table, text)
    return made[1]


_made: dict[int, tuple[Any, bytes]] = {}


def schema_problem(loaded: Loaded) -> Problem | None:
    """Return the problem of an annotation that no schema can say, or None."""
    file = loaded.route.file
    for part, contract in contracts(loaded):
        schemas = Schemas()
        schemas.want(contract, is_answer=part == "return", owner="")
        try:
            schemas.make()
        except TypeError as error:
            return Problem(
                id="E034",
                message=f"{file!r} annotates {part} with {contract.annotation!r}, "
                f"which has no JSON Schema: {error}.",
                hint="Use a type that JSON has a word for.",
                files=(file,),
            )
    return None


def _loaded(mount: Mount) -> Iterator[Loaded]:
    folder = mount.folder
    for route in folder.routes():
        endpoint = folder.endpoint(route)
        if folder.is_live:
            endpoint.refresh()
        try:
            loaded = endpoint.load()
        except RouteError:
            continue
        if not any(_is_about(function) for function in loaded.own.handlers.values()):
            yield loaded


def _is_about(function: Callable[..., Any]) -> bool:
    """Tell the document, its page and health from the API that they are about."""
    return getattr(function, "__module__", "").startswith(("fileapi.openapi.", "fileapi.health."))


def _add(
    paths: dict[str, Any], ids: set[str], prefix: str, route: Route, operations: list[Operation]
) -> None:
    for segments in spellings(route):
        methods = [method for operation in operations for method in operation.methods]
        taken = paths.get(path(prefix, segments), {})
        if any(_LOWER[method] in taken for method in methods):
            segments = told_apart(segments)
        item = paths.setdefault(path(prefix, segments), {})
        for operation in operations:
            for method in operation.methods:
                shown = operation.shown(method, segments)
                shown["operationId"] = _free(stem(segments), _LOWER[method], ids)
                if found := tags(route):
                    shown["tags"] = found
                item[_LOWER[method]] = shown


def _free(stem: str, method: str, taken: set[str]) -> str:
    """Return an operation id: ``by-id.py`` and ``[id].py`` are one word, and one gets a number."""
    id, number = f"{stem}.{method}", 2
    while id in taken:
        id, number = f"{stem}{number}.{method}", number + 1
    taken.add(id)
    return id
