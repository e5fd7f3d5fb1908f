"""``mount()``: the one line a user writes in ``urls.py``."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLResolver, clear_url_caches, get_resolver
from django.views.defaults import server_error as django_server_error

from . import conf
from .endpoint.folder import ApiFolder
from .endpoint.view import refuse
from .http.outage import outage
from .routing.problem import Problem, listing
from .routing.resolver import FileResolver

logger = logging.getLogger("fileapi")


class Mount(FileResolver):
    """A FileResolver and the folder behind it."""

    def __init__(self, prefix: str, folder: ApiFolder, namespace: str) -> None:
        super().__init__(prefix, folder, namespace)
        self.folder = folder
        folder.on_change = self._changed

    def _changed(self) -> None:
        self.forget()
        clear_url_caches()


def mount(prefix: str, *, root: str | None = None, namespace: str | None = None) -> Mount:
    """Return a URL pattern that serves the route files of a package below ``prefix``.

    ``urlpatterns = [path("admin/", admin.site.urls), mount("api/")]``

    ``root`` is the package's dotted name, by default ``FILEAPI_ROOT``. ``namespace`` is for
    ``reverse()``, by default the prefix with ``-`` for ``/``. An empty prefix serves the files at
    the site's root, and leaves what they do not answer to the patterns behind it.
    Raises ImproperlyConfigured for a prefix that Django would not match as written.
    """
    if prefix.startswith("/") or "<" in prefix or "//" in prefix:
        raise ImproperlyConfigured(
            f"mount({prefix!r}): write a plain prefix without a leading slash, such as 'api/'; "
            "for captured values put mount() into an include()."
        )
    if prefix and not prefix.endswith("/"):
        raise ImproperlyConfigured(f"mount({prefix!r}): end the prefix with a slash: '{prefix}/'.")
    folder = ApiFolder(root)
    name = namespace or prefix.strip("/").replace("/", "-") or "root"
    return Mount(prefix, folder, name)


def mounts(resolver: Any = None) -> Iterator[Mount]:
    """Yield every mount below a resolver, by default that of the root URLconf."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, Mount):
            yield pattern
        elif isinstance(pattern, URLResolver):
            yield from mounts(pattern)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Answer what failed outside of route files: ``handler500 = "fileapi.urls.server_error"``.

    A database that is away is 503, as it is in a handler; anything else is Django's own page.
    """
    error = sys.exc_info()[1]
    refused = None if error is None else outage(error)
    return django_server_error(request) if refused is None else refuse(request, refused)


def load_eagerly() -> None:
    """Import every route file now if ``FILEAPI_LOAD`` says so.

    Raises ImproperlyConfigured, with every conflict of names. A file that cannot be imported is
    logged and answers 500; it takes nothing else down.
    """
    if conf.load() == "lazy":
        return
    problems: list[Problem] = []
    for found in mounts():
        problems += found.folder.problems()
        if not problems:
            load_all(found.folder)
    if problems:
        raise ImproperlyConfigured(f"The API folder cannot be served:\n{listing(problems)}")


def load_all(folder: ApiFolder) -> None:
    """Make the view of every route, and log what is wrong with a file."""
    for route in folder.routes():
        endpoint = folder.endpoint(route)
        endpoint.view()
        if endpoint.problem is not None:
            logger.error("%s", endpoint.problem)
