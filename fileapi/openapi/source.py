"""Where the lines of a function stand, and those of the helpers that it calls."""

from __future__ import annotations

import ast
import inspect
import linecache
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def node_of(function: FunctionType) -> Function | None:
    """Return a function as Python's parser sees it; None where there is no source of it."""
    code = function.__code__
    linecache.checkcache(code.co_filename)
    text = "".join(linecache.getlines(code.co_filename, function.__globals__))
    return _nodes(text).get((code.co_firstlineno, code.co_name))


@lru_cache(maxsize=16)  # the functions of a file are asked for one after the other
def _nodes(text: str) -> dict[tuple[int, str], Function]:
    """Return the functions of a file, by where they begin and by their names."""
    try:
        tree = ast.parse(text)
    except SyntaxError:  # it is being edited
        return {}
    found: dict[tuple[int, str], Function] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Lambda):
            found[node.lineno, "<lambda>"] = node
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.decorator_list[0] if node.decorator_list else node
            found[first.lineno, node.name] = node
    return found


def names(code: CodeType) -> set[str]:
    """Return the names that a function, and the functions in it, look up."""
    inner = [names(each) for each in code.co_consts if isinstance(each, CodeType)]
    return set(code.co_names).union(*inner)


def helpers(function: FunctionType, looked_up: set[str]) -> Iterator[FunctionType]:
    """Yield the functions of the same project that a function may call by name.

    That is ``save_new`` and ``accounts.save_new``, of the same package at the top.
    """
    top = _top(function)
    for name in sorted(looked_up):
        value = function.__globals__.get(name)
        if isinstance(value, ModuleType) and value.__name__.partition(".")[0] == top:
            for inner in sorted(looked_up):
                yield from _helper(getattr(value, inner, None), top)
        else:
            yield from _helper(value, top)


def _helper(value: Any, top: str) -> Iterator[FunctionType]:
    if inspect.isfunction(value):
        found = inspect.unwrap(value)
        if inspect.isfunction(found) and _top(found) == top:
            yield found


def _top(function: FunctionType) -> str:
    return str(function.__module__).partition(".")[0]
