"""``FILEAPI_LOAD``: route files on first use, or all when the server starts."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections

import fileapi
from fileapi.urls import mount

GOOD = "def GET(): return {}"


def imported(package: str) -> set[str]:
    return {name.removeprefix(f"{package}.") for name in sys.modules if name.startswith(package)}


def test_lazy_imports_a_file_on_its_first_request(
    write_tree: Any, mount_tree: Any, client: Any
) -> None:
    package = write_tree({"a.py": GOOD, "b.py": GOOD})
    mount_tree(package)
    fileapi.load()
    assert not imported(package)
    client.get("/api/a")
    assert imported(package) >= {"a"}
    assert "b" not in imported(package)


def test_eager_imports_the_files_of_every_mount_at_once(write_tree: Any, settings: Any) -> None:
    one, two = write_tree({"a.py": GOOD, "[b].py": GOOD}), write_tree({"c/index.py": GOOD})
    settings.ROOT_URLCONF = (mount("a/", root=one), mount("b/", root=two))
    settings.FILEAPI_LOAD = "eager"
    fileapi.load()
    assert imported(one) >= {"a", "[b]"}
    assert imported(two) >= {"c.index"}


def test_eager_refuses_to_start_with_conflicts_and_names_those_of_every_mount(
    settings: Any,
) -> None:
    settings.ROOT_URLCONF = (
        mount("a/", root="tests.trees.conflicts.same_url"),
        mount("b/", root="tests.trees.conflicts.two_names"),
    )
    settings.FILEAPI_LOAD = "eager"
    with pytest.raises(ImproperlyConfigured) as caught:
        fileapi.load()
    assert str(caught.value).splitlines() == [
        "The API folder cannot be served:",
        "  (fileapi.E001) 'users.py' and 'users/index.py' both answer '/users'. "
        "Remove or rename one of them.",
        "  (fileapi.E002) 'users/[id].py' and 'users/[slug]/posts.py' name one position '[id]' "
        "and '[slug]'. Use one name for it.",
    ]


def test_i10_eager_starts_with_a_file_that_cannot_be_imported(
    write_tree: Any, mount_tree: Any, settings: Any, client: Any
) -> None:
    mount_tree(write_tree({"good.py": GOOD, "exits.py": "import sys\nsys.exit(3)"}))
    settings.FILEAPI_LOAD = "eager"
    fileapi.load()
    assert client.get("/api/good").status_code == 200
    client.raise_request_exception = False
    assert client.get("/api/exits").status_code == 500


def test_another_value_is_refused(settings: Any) -> None:
    settings.FILEAPI_LOAD = "sometimes"
    with pytest.raises(ImproperlyConfigured) as caught:
        fileapi.load()
    assert str(caught.value) == (
        "FILEAPI_LOAD is 'sometimes'; it must be one of: ('lazy', 'eager')."
    )


def test_a_server_may_load_in_its_loop() -> None:
    async def serve() -> None:
        fileapi.load()

    assert connection.alias in connections  # which then is there, opened or not
    asyncio.run(serve())
