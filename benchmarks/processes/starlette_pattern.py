"""Starlette's routes in Django's root resolver, so that one process measures every router."""

from __future__ import annotations

import re

from django.urls import ResolverMatch
from starlette.routing import Match, Route


class StarlettePattern:
    """Looks for a path as Starlette's Router does: one route after the other."""

    pattern = ""

    def __init__(self, routes: list[Route]) -> None:
        self.routes = routes

    def resolve(self, path: str) -> ResolverMatch | None:
        scope = {"type": "http", "method": "GET", "path": f"/{path}", "root_path": ""}
        for route in self.routes:
            match, found = route.matches(scope)
            if match is Match.FULL:
                return ResolverMatch(
                    found["endpoint"],
                    (),
                    found["path_params"],
                    route=_as_django(route.path),
                    captured_kwargs={},
                    extra_kwargs={},
                )
        return None


def _as_django(template: str) -> str:
    """Return ``/api/{id:int}/{note}`` as Django writes it."""
    template = re.sub(r"\{(\w+):(\w+)\}", r"<\2:\1>", template.removeprefix("/"))
    return re.sub(r"\{(\w+)\}", r"<str:\1>", template)
