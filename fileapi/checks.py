"""System checks: every mistake in the API folders at once."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.urls import URLResolver, get_resolver
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV

from . import conf
from .endpoint.endpoint import Endpoint
from .endpoint.folder import ApiFolder
from .endpoint.module import RouteError, Source
from .routing.problem import Problem
from .urls import Mount, mounts

IMPORT_TIMEOUT = 10.0  # seconds for one file


def check_routes(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Return what is wrong with names, files and mounts.

    Under runserver they are warnings, and no file is imported: the server starts, a broken file
    shows itself on its own URL, and both heal without a restart.
    """
    if not getattr(settings, "ROOT_URLCONF", None):
        return []
    try:
        found = list(mounts())
    except Exception:  # Django's own check shows why the URLconf cannot be imported
        return []
    under_runserver = os.environ.get(DJANGO_AUTORELOAD_ENV) == "true"
    level = Warning if under_runserver else Error
    messages: list[CheckMessage] = list(_nothing_mounted(found))
    messages += _shadowed(get_resolver(), "", [])
    for mount in found:
        problems = mount.folder.problems()
        if not under_runserver:
            problems += _file_problems(mount.folder)
        messages += [
            level(problem.message, hint=problem.hint, id=f"fileapi.{problem.id}")
            for problem in problems
        ]
    return messages


def _nothing_mounted(found: list[Mount]) -> Iterator[CheckMessage]:
    if found:
        return
    folder = ApiFolder(None)
    if folder.tree().routes:
        yield Warning(
            f"{conf.root()} holds route files, and no URL reaches them.",
            hint=(
                f"In {settings.ROOT_URLCONF}: from fileapi.urls import mount, "
                'and in urlpatterns: mount("api/")'
            ),
            id="fileapi.W001",
        )


def _shadowed(
    resolver: Any, prefix: str, owners: list[tuple[str, Mount]]
) -> Iterator[CheckMessage]:
    """Yield the patterns that stand behind a mount and below its prefix: it answers for them."""
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        is_include = isinstance(pattern, URLResolver)
        # "api/" also answers "api", which only a whole route can be.
        covered = route.lstrip("^") + ("" if is_include else "/")
        owner = next((mount for start, mount in owners if covered.startswith(start)), None)
        if owner is not None:
            yield Warning(
                f"mount({owner.prefix!r}) hides the pattern {route!r} behind it.",
                hint="Put the pattern before mount(...).",
                id="fileapi.W002",
            )
        elif isinstance(pattern, Mount):
            owners += [(route, pattern)] if pattern.prefix else []
        elif is_include:
            yield from _shadowed(pattern, route, owners)


def _file_problems(folder: ApiFolder) -> Iterator[Problem]:
    """Import every file, each with a time-out, and yield what is wrong, each problem once."""
    hanging: set[str] = set()
    seen: set[str] = set()
    for route in folder.routes():
        endpoint = folder.endpoint(route)
        if not hanging.isdisjoint(route.middleware):
            continue  # its folder's middleware has been reported
        problem = _problem_of(endpoint, hanging)
        if problem is not None and str(problem) not in seen:
            seen.add(str(problem))
            yield problem


def _problem_of(endpoint: Endpoint, hanging: set[str]) -> Problem | None:
    for source in (*endpoint.folders, endpoint.source):
        if not _ends(source):
            hanging.add(source.file)
            return Problem(
                id="E029",
                message=f"{source.file!r} was not imported within {IMPORT_TIMEOUT:g} seconds.",
                hint="Do slow work in the handler, or on first use, not at import.",
                files=(source.file,),
            )
    try:
        endpoint.load()
    except RouteError as error:
        return error.problem
    return None


def _ends(source: Source) -> bool:
    """Import a file; tell whether that came to an end in time."""

    def load() -> None:
        with contextlib.suppress(RouteError):
            source.load()

    # A daemon, so that a file which never ends its import does not keep the command from ending.
    thread = threading.Thread(target=load, daemon=True)
    thread.start()
    thread.join(IMPORT_TIMEOUT)
    return not thread.is_alive()
