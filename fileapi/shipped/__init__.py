"""Route files that come with fileapi. A file of the project's that answers the same URL wins."""

from __future__ import annotations

import os

from msgspec.structs import replace

from fileapi import conf
from fileapi.endpoint.module import Source, finder
from fileapi.routing.scan import Route, scan

PREFIX = "(fileapi)/"  # a group, so that it adds nothing to the URL
_ROOT = os.path.dirname(os.path.realpath(__file__))


def routes() -> list[Route]:
    """Return the routes that the settings ask for."""
    health, docs = conf.health(), conf.docs()
    if not health and not docs:
        return []
    finder.add(__name__, _ROOT)
    return [
        replace(each, file=PREFIX + each.file, middleware=())
        for each in scan(_ROOT).routes
        if (health if each.file.startswith("health/") else docs)
    ]


def source(file: str) -> Source | None:
    """Return the source of one of these files, or None for a file of the project's."""
    if not file.startswith(PREFIX):
        return None
    return Source(__name__, _ROOT, file.removeprefix(PREFIX))
