"""What the tests of this folder share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import clear_script_prefix

from fileapi.openapi.document import encoded
from tests.conftest import Api


@pytest.fixture
def loading() -> str:
    """Import on first use: that makes no difference here."""
    return "lazy"


@pytest.fixture(autouse=True)
def _no_script_name_is_left() -> Iterator[None]:
    yield
    clear_script_prefix()  # Django keeps the last request's for `reverse()`


@pytest.fixture
def document(write_tree: Any, mount_tree: Any) -> Callable[..., dict[str, Any]]:
    """Return the document of route files: ``document({"hello.py": "..."})``."""

    def make(files: dict[str, str], prefix: str = "api/") -> dict[str, Any]:
        made: dict[str, Any] = json.loads(encoded(mount_tree(write_tree(files), prefix)))
        return made

    return make


@pytest.fixture
def served(write_tree: Any, mount_tree: Any, mode: str, settings: Any) -> Callable[..., Api]:
    """Serve route files as the project's own folder, with what fileapi ships beside them."""

    def serve(files: dict[str, str], prefix: str = "api/", **changed: Any) -> Api:
        settings.FILEAPI_ROOT = write_tree(files)
        for name, value in {"FILEAPI_DOCS": True, **changed}.items():
            setattr(settings, name, value)
        return Api(mount_tree(None, prefix), mode)

    return serve
