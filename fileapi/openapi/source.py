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


# What of a statement holds statements.
_BLOCKS = ("body", "handlers", "cases", "orelse", "finalbody")


def node_of(function: FunctionType) -> Function | None:
    """Return a function as Python's parser sees it; None where there is no source of it."""
    code = function.__code__
    linecache.checkcache(code.co_filename)
    tree = _tree("".join(linecache.getlines(code.co_filename, function.__globals__)))
    if code.co_name == "<lambda>":
        lambdas = (node for node in ast.walk(tree) if isinstance(node, ast.Lambda))
        return next((node for node in lambdas if node.lineno == code.co_firstlineno), None)
    for node in _functions(tree):
        first = node.decorator_list[0] if node.decorator_list else node
        if (first.lineno, node.name) == (code.co_firstlineno, code.co_name):
            return node
    return None


@lru_cache(maxsize=16)  # the functions of a file are asked for one after the other
def _tree(text: str) -> ast.AST:
    try:
        return ast.parse(text)
    except SyntaxError:  # it is being edited
        return ast.Module(body=[], type_ignores=[])


def _functions(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    # By statements alone: a look at every expression takes longer than the parser.
    for block in _BLOCKS:
        for child in getattr(node, block, ()):
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield child
            yield from _functions(child)


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
