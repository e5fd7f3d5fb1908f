"""System checks: every mistake in the API folders at once."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.urls import URLResolver, get_resolver
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV

from . import conf
from .endpoint.endpoint import Endpoint, Loaded
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
    found = _mounts()
    if found is None:
        return []
    under_runserver = os.environ.get(DJANGO_AUTORELOAD_ENV) == "true"
    level = Warning if under_runserver else Error
    messages: list[CheckMessage] = list(_nothing_mounted(found))
    messages += _shadowed(get_resolver(), "", [])
    for mount in found:
        problems = mount.folder.problems()
        loaded = [] if under_runserver else list(_loaded(mount.folder))
        problems += _file_problems(loaded)
        messages += _past_their_sunset(loaded)
        messages += [
            level(problem.message, hint=problem.hint, id=f"fileapi.{problem.id}")
            for problem in problems
        ]
    return messages


def _mounts() -> list[Mount] | None:
    """Return every mount; None without a URLconf. Django's own check shows why it has none."""
    if not getattr(settings, "ROOT_URLCONF", None):
        return None
    try:
        return list(mounts())
    except Exception:
        return None


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


def _file_problems(loaded: list[Loaded | Problem]) -> Iterator[Problem]:
    """Yield what is wrong with files, each problem once."""
    from .openapi.document import schema_problem

    seen: set[str] = set()
    for each in loaded:
        problem = each if isinstance(each, Problem) else schema_problem(each)
        if problem is not None and str(problem) not in seen:
            seen.add(str(problem))
            yield problem


def _past_their_sunset(loaded: list[Loaded | Problem]) -> Iterator[CheckMessage]:
    from .http.deprecation import moment

    for each in loaded:
        if not isinstance(each, Loaded) or not each.config.sunset:
            continue
        if moment(sunset := each.config.sunset) < time.time():
            yield Warning(
                f"{each.route.file!r} still answers after its sunset, {sunset}.",
                hint="Remove the file, or move the date.",
                id="fileapi.W005",
            )


def loaded_routes() -> Iterator[Loaded]:
    """Import every file of every mount, each with a time-out, and yield the routes that work."""
    for mount in _mounts() or ():
        for found in _loaded(mount.folder):
            if isinstance(found, Loaded):
                yield found


def _loaded(folder: ApiFolder) -> Iterator[Loaded | Problem]:
    """Import every file, each with a time-out, and yield a route or its problem."""
    hanging: set[str] = set()
    for route in folder.routes():
        endpoint = folder.endpoint(route)
        if hanging.isdisjoint(route.middleware):  # else its folder's middleware has been reported
            yield _load(endpoint, hanging)


def _load(endpoint: Endpoint, hanging: set[str]) -> Loaded | Problem:
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
        return endpoint.load()
    except RouteError as error:
        return error.problem


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
