"""Which guards stand before a route's handler, in which order, and under which names."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from fileapi.config import Config
from fileapi.http.request import Request
from fileapi.http.response import Response
from fileapi.routing.problem import Problem

Guard = Callable[[Request, Response], None]
Step = Callable[[Request, Response], Any]

KEYED = ("POST", "PATCH")  # the methods that are not idempotent by definition (RFC 9110, 9.2.2)


def problem(config: Config, module: ModuleType, file: str) -> Problem | None:
    """Return what is wrong with the guards that a route declares, or None."""
    if config.cache:
        from .cache.fitness import uncacheable

        found = uncacheable(config, module, file)
        if found is not None:
            return found
    auth, permissions = classes(config)
    if not auth and not permissions:
        return None
    from .fitness import unfit

    return unfit(config, module, file)


def guard(config: Config, scope: str, file: str) -> Guard | None:
    """Return one guard of all that may wait for a store or a database; None for none.

    Addresses are counted before anybody is asked who they are, so that guessing is limited;
    users after that. ``scope`` is what limits are counted for: one route file.
    """
    by_address, others = rates(config)
    auth, permissions = classes(config)
    found: list[Guard] = []
    if by_address:
        found.append(_limit(by_address, scope))
    if auth or permissions:
        from .access import Access

        found.append(Access(auth, permissions, file))
    if others:
        found.append(_limit(others, scope))
    if len(found) < 2:
        return found[0] if found else None

    def in_turn(req: Request, res: Response) -> None:
        for each in found:
            each(req, res)

    return in_turn


def unkept(config: Config, method: str, is_async: bool, file: str) -> Problem | None:
    """Return why the answers of a step cannot be kept as its config says, or None."""
    if config.idempotent and method in KEYED:
        from .idempotency import unfit

        return unfit(config, is_async, file)
    return None


def kept(config: Config, method: str, step: Step, scope: str) -> Step:
    """Return a step whose answers are kept: those of GET for others, of POST for a retry."""
    if config.cache and method in ("GET", "HEAD"):
        from .cache.step import cached

        return cached(step, config, method, scope)
    if config.idempotent and method in KEYED:
        from .idempotency import idempotent

        return idempotent(step, scope)
    return step


def names(config: Config) -> list[str]:
    """Return what `manage.py routes` calls them."""
    by_address, others = rates(config)
    auth, permissions = classes(config)
    return [
        *(f"rate:{rate.limit}:{rate.name}" for rate in by_address),
        *(f"auth:{_name(each)}" for each in auth),
        *(_name(each) for each in permissions),
        *(f"rate:{rate.limit}:{rate.name}" for rate in others),
        *([f"cache:{config.cache.seconds}"] if config.cache else []),
    ]


def classes(config: Config) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Return the authentication and the permission classes of a merged config."""
    return tuple(config.auth or ()), tuple(config.permissions or ())


def rates(config: Config) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Return the rates per address, and the others."""
    every: Any = config.rate or ()
    return (
        tuple(rate for rate in every if rate.per == "address"),
        tuple(rate for rate in every if rate.per != "address"),
    )


def _limit(found: tuple[Any, ...], scope: str) -> Guard:
    from .limits import limit_guard

    return limit_guard(found, scope)


_SIGNS = {"AND": " & ", "OR": " | "}


def _name(one: Any) -> str:
    operator = getattr(one, "operator_class", None)
    if operator is None:
        return getattr(one, "__name__", None) or str(one)
    if not hasattr(one, "op2_class"):
        return f"~{_part(one.op1_class)}"
    return f"{_part(one.op1_class)}{_SIGNS[operator.__name__]}{_part(one.op2_class)}"


def _part(one: Any) -> str:
    return f"({_name(one)})" if hasattr(one, "op2_class") else _name(one)
