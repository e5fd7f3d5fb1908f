"""What a handler's lines say about its answers: ``res.status(201)``, ``HttpError(409)``."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from functools import lru_cache
from http import HTTPStatus
from types import FunctionType
from typing import Any

from msgspec import Struct, field

from .source import helpers, names, node_of

_RAISED = {
    "Http404": 404,
    "get_object_or_404": 404,
    "get_list_or_404": 404,
    "aget_object_or_404": 404,
    "aget_list_or_404": 404,
    "PermissionDenied": 403,
    "ValidationError": 422,
}
_CALLED = {"res.file": 416, "res.stream": 503, "res.sse": 503, "req.limit": 429}
_OF_BODIES = ("body", "raw_body", "files", "stream")

# Only a function that holds one of these is worth the parser's time.
_TELLING = {
    *_RAISED,
    *(called.partition(".")[2] for called in _CALLED),
    *_OF_BODIES,
    *("HttpError", "redirect", "set_header", "status"),
}

# What is run for some requests, or later.
_BRANCHES = (
    *(ast.If, ast.IfExp, ast.BoolOp, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.Match),
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda),
)


class Written(Struct, kw_only=True):
    """``statuses``: those that are spelled out. ``is_certain``: one below 400 is always set.

    ``media_types``: those that a ``Content-Type`` is set to.
    """

    statuses: set[int] = field(default_factory=set)
    media_types: set[str] = field(default_factory=set)
    is_certain: bool = False
    reads_body: bool = False


def written(function: Callable[..., Any]) -> Written:
    """Return what the source of a function says, with what its helpers refuse.

    It is nothing where there is no source to read.
    """
    function = inspect.unwrap(function)
    if not inspect.isfunction(function):
        return Written()
    own = _own(function)
    refused = {status for each in _reached(function) for status in each.statuses if status >= 400}
    return Written(
        statuses=own.statuses | refused,
        media_types=own.media_types,
        is_certain=own.is_certain,
        reads_body=own.reads_body,
    )


def _reached(function: FunctionType) -> Iterator[Written]:
    """Yield what the helpers of a function say, and theirs."""
    reached = [function]
    for each in reached:  # which grows
        for helper in helpers(each, names(each.__code__)):
            if helper not in reached:
                reached.append(helper)
                yield _own(helper)


@lru_cache(maxsize=64)  # a folder's middleware, or a helper, is of many routes
def _own(function: FunctionType) -> Written:
    found = Written()
    if not _TELLING.isdisjoint(names(function.__code__)):
        node = node_of(function)
        for child in ast.iter_child_nodes(node) if node is not None else ():
            _look(child, found, straight=True)
    return found


def _look(node: ast.AST, found: Written, *, straight: bool) -> None:
    straight = straight and not isinstance(node, _BRANCHES)
    if isinstance(node, (ast.Call, ast.Raise)):
        for status in _statuses(node):
            found.statuses.add(status)
            found.is_certain |= straight and status < 400
        if isinstance(node, ast.Call) and (kind := _media_type(node)):
            found.media_types.add(kind)
    elif isinstance(node, ast.Attribute) and node.attr in _OF_BODIES:
        found.reads_body |= _first(node) == "req"
    for child in ast.iter_child_nodes(node):
        _look(child, found, straight=straight)


def _statuses(node: ast.Call | ast.Raise) -> Iterator[int]:
    if isinstance(node, ast.Raise):
        if isinstance(node.exc, (ast.Name, ast.Attribute)) and _last(node.exc) in _RAISED:
            yield _RAISED[_last(node.exc)]
        return
    name = _last(node.func)
    called = f"{_first(node.func)}.{name}"
    if name in _RAISED:
        yield _RAISED[name]
    elif called in _CALLED:
        yield _CALLED[called]
    elif called == "res.redirect":
        yield _status(node, 1) or 307
    elif (called == "res.status" or name == "HttpError") and (status := _status(node, 0)):
        yield status


def _media_type(call: ast.Call) -> str:
    """Return what ``res.set_header("Content-Type", "text/plain; charset=utf-8")`` says."""
    if f"{_first(call.func)}.{_last(call.func)}" != "res.set_header" or len(call.args) != 2:
        return ""
    name, value = (getattr(each, "value", None) for each in call.args)
    if isinstance(name, str) and isinstance(value, str) and name.lower() == "content-type":
        return value.partition(";")[0].strip()
    return ""


def _last(node: ast.expr) -> str:
    """Return the name that a dotted name ends with."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _first(node: ast.expr) -> str:
    """Return the name that a chain such as ``res.cache(60).json`` starts with."""
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return ""
    return node.id


def _status(call: ast.Call, position: int) -> int | None:
    """Return an argument that is a number, or a member of HTTPStatus, by place or by name."""
    given = call.args[position : position + 1]
    given += [keyword.value for keyword in call.keywords if keyword.arg in ("status", "code")]
    for value in given:
        if isinstance(value, ast.Constant) and isinstance(value.value, int):
            return value.value
        if isinstance(value, ast.Attribute) and value.attr in HTTPStatus.__members__:
            return HTTPStatus[value.attr].value
    return None
