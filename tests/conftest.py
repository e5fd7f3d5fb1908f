"""Fixtures that mount a folder of route files, and call it over WSGI or ASGI."""

from __future__ import annotations

import itertools
import json
import os
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import AsyncClient, Client
from django.urls import clear_url_caches

from fileapi.endpoint.module import finder
from fileapi.urls import Mount, load_all, mount

TREES = Path(__file__).parent / "trees"

_numbers = itertools.count()


@pytest.fixture(autouse=True)
def _connections_stay_open() -> None:
    """Leave the database to the tests that ask for it. Django's client connects these again."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)


@pytest.fixture
def write_tree(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Write files into a package of their own, and return its dotted name."""
    packages: list[str] = []

    def write(files: dict[str, str]) -> str:
        package = f"written_{next(_numbers)}"
        packages.append(package)
        root = tmp_path / package
        root.mkdir()
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text))
        return package

    sys.path.insert(0, str(tmp_path))
    yield write
    sys.path.remove(str(tmp_path))
    for package in packages:
        _forget(package)


def _forget(package: str) -> None:
    finder.roots.pop(package, None)
    for name in [name for name in sys.modules if name == package or name.startswith(package + ".")]:
        del sys.modules[name]


class Api:
    """A mounted folder, and a client that calls it the way the test's mode says."""

    def __init__(self, mounted: Mount, mode: str) -> None:
        self.mount = mounted
        self.folder = mounted.folder
        self.client = Client(raise_request_exception=False)
        self.async_client = AsyncClient(raise_request_exception=False)
        self.mode = mode

    def request(self, method: str, path: str, **options: Any) -> Any:
        """Return the response. ``json=`` sends JSON; ``data=`` with ``content_type=`` anything."""
        if "json" in options:
            options["data"] = json.dumps(options.pop("json"))
            options["content_type"] = "application/json"
        if self.mode == "wsgi":
            return self.client.generic(method, path, **options)

        async def call() -> Any:
            return await self.async_client.generic(method, path, **options)

        return async_to_sync(call)()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name in ("get", "head", "post", "put", "patch", "delete", "options"):
            return lambda path, **options: self.request(name.upper(), path, **options)
        raise AttributeError(name)


@pytest.fixture(params=["wsgi", "asgi"])
def mode(request: pytest.FixtureRequest) -> str:
    """Over which of Django's two handlers the test's requests go."""
    return str(request.param)


@pytest.fixture(params=["lazy", "eager"])
def loading(request: pytest.FixtureRequest) -> str:
    """Whether route files are imported on first use, or all before the first request."""
    return str(request.param)


@pytest.fixture
def mount_tree(settings: Any) -> Iterator[Callable[..., Mount]]:
    """Mount a package as the only URLconf: ``mount_tree("tests.trees.basic", "api/")``."""
    made: list[str] = []

    def do_mount(package: str, prefix: str = "api/", **options: Any) -> Mount:
        urlconf = ModuleType(f"urlconf_{next(_numbers)}")
        mounted = mount(prefix, root=package, **options)
        urlconf.urlpatterns = [mounted]  # type: ignore[attr-defined]
        sys.modules[urlconf.__name__] = urlconf
        made.append(urlconf.__name__)
        settings.ROOT_URLCONF = urlconf.__name__
        clear_url_caches()
        return mounted

    yield do_mount
    for name in made:
        del sys.modules[name]
    clear_url_caches()


@pytest.fixture
def api(mode: str, loading: str, write_tree: Any, mount_tree: Any) -> Callable[..., Api]:
    """Serve a folder: ``api("basic")`` of tests/trees, or ``api({"hello.py": "..."})``.

    A test that uses it runs four times: over WSGI and ASGI, lazy and eager.
    """

    def serve(tree: str | dict[str, str], prefix: str = "api/") -> Api:
        package = write_tree(tree) if isinstance(tree, dict) else f"tests.trees.{tree}"
        mounted = mount_tree(package, prefix)
        if loading == "eager":
            load_all(mounted.folder)
        return Api(mounted, mode)

    return serve


@pytest.fixture(scope="session")
def need() -> Callable[[bool, str], None]:
    """Skip a test whose real part is missing; where FILEAPI_REQUIRE_ALL is set, fail it."""

    def check(there: bool, how_to_get_it: str) -> None:
        if there:
            return
        if os.environ.get("FILEAPI_REQUIRE_ALL"):
            pytest.fail(how_to_get_it)
        pytest.skip(how_to_get_it)

    return check
