"""Which DRF classes a route file can be guarded by: found out when the file is loaded."""

from __future__ import annotations

import ast
import dis
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from msgspec import UNSET
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import (
    BasePermission,
    DjangoModelPermissions,
    OperandHolder,
    SingleOperandHolder,
)
from rest_framework.throttling import BaseThrottle

from fileapi.config import Config
from fileapi.routing.problem import Problem

HANDLERS = ("handler", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

# What only a view of DRF's own can tell.
_OF_A_VIEW = {"action", "get_object", "get_queryset", "queryset", "throttle_scope"}


def unfit(config: Config, module: ModuleType, file: str) -> Problem | None:
    """Return what is wrong with the classes of a route, or None."""
    auth, permissions = tuple(config.auth or ()), tuple(config.permissions or ())
    if permissions and config.auth is UNSET:
        return _problem(
            "E031",
            file,
            "has permissions, and no auth that says who is asking.",
            "Write auth=[...], or auth=None where nobody need be known.",
        )
    for one in auth:
        if not _is_class(one, BaseAuthentication, "authenticate"):
            return _problem(
                "E030",
                file,
                f"auth holds {one!r}, which is no authentication class.",
                "Name classes of DRF's kind: auth=[JWTAuthentication], without brackets.",
            )
    for one in [each for holder in permissions for each in leaves(holder)]:
        if not _is_class(one, BasePermission, "has_permission"):
            return _problem("E030", file, *_no_permission(one))
        needed = "queryset" if issubclass(one, DjangoModelPermissions) else _asks_its_view_for(one)
        if needed:
            return _problem(
                "E033",
                file,
                f"permissions holds {one.__name__}, which asks a view for its {needed!r}.",
                "A route file has none: use handler = ViewSet.as_view(...) for it.",
            )
        unchecked = _unchecked(module) if _decides_by_object_alone(one) else ""
        if unchecked:
            return _problem(
                "E032",
                file,
                f"is guarded by {one.__name__}, which decides about objects alone, and "
                f"{unchecked} never calls req.check(obj): everyone would get in.",
                "Call req.check(obj) with what the handler looks up, or override has_permission.",
            )
    return None


def _is_class(one: Any, base: type, method: str) -> bool:
    return isinstance(one, type) and (issubclass(one, base) or hasattr(one, method))


def _no_permission(one: Any) -> tuple[str, str]:
    if isinstance(one, type) and issubclass(one, BaseThrottle):
        return f"permissions holds the throttle {one.__name__}.", 'Write rate="100/min".'
    return (
        f"permissions holds {one!r}, which is no permission class.",
        "Name classes of DRF's kind: permissions=[IsAdminUser], without brackets.",
    )


def leaves(holder: Any) -> Iterator[Any]:
    """Yield the classes of an expression such as ``IsOwner | ~IsGuest``."""
    if isinstance(holder, OperandHolder):
        yield from leaves(holder.op1_class)
        yield from leaves(holder.op2_class)
    elif isinstance(holder, SingleOperandHolder):
        yield from leaves(holder.op1_class)
    else:
        yield holder


def _asks_its_view_for(one: type) -> str:
    """Return an attribute that a permission class reads of its second argument, the view."""
    for method in (
        getattr(one, "has_permission", None),
        getattr(one, "has_object_permission", None),
    ):
        code = getattr(inspect.unwrap(method), "__code__", None) if method else None
        if code is None or code.co_argcount < 3:
            continue
        view = code.co_varnames[2]
        loaded: Any = None
        for step in dis.get_instructions(code):
            if step.opname.startswith("LOAD_FAST"):  # some load two names at once
                loaded = step.argval[-1] if isinstance(step.argval, tuple) else step.argval
            elif step.opname in ("LOAD_ATTR", "LOAD_METHOD") and loaded == view:
                if step.argval in _OF_A_VIEW:
                    return str(step.argval)
                loaded = None
            else:
                loaded = None
    return ""


def decides_by_object(one: Any) -> bool:
    """Tell whether a permission class says more of an object than yes."""
    method = getattr(one, "has_object_permission", None)
    return method is not None and method is not BasePermission.has_object_permission


def _decides_by_object_alone(one: Any) -> bool:
    return decides_by_object(one) and one.has_permission is BasePermission.has_permission


def _unchecked(module: ModuleType) -> str:
    """Return a handler that does not call req.check, itself or by a function of its file."""
    defined = dict(_defined(ast.parse(inspect.getsource(module))))
    if _checks("middleware", defined, set()):
        return ""
    handlers = [name for name in HANDLERS if getattr(module, name, None) is not None]
    return next((name for name in handlers if not _checks(name, defined, set())), "")


def _defined(tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield each name of a module, and the statement that makes it."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, node
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            for part in ast.walk(node):
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                    yield part.id, node
        else:
            yield from _defined(node)


def _checks(name: str, defined: dict[str, ast.AST], seen: set[str]) -> bool:
    if name in seen or name not in defined:
        return False
    seen.add(name)
    nodes = list(ast.walk(defined[name]))
    return any(
        isinstance(node, ast.Attribute) and ast.unparse(node) == "req.check" for node in nodes
    ) or any(isinstance(node, ast.Name) and _checks(node.id, defined, seen) for node in nodes)


def _problem(id: str, file: str, message: str, hint: str) -> Problem:
    return Problem(id=id, message=f"{file!r} {message}", hint=hint, files=(file,))
