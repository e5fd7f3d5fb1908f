"""The routes that the site serves are those that it lists, documents and has files for."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.urls import clear_url_caches, resolve

import project.api
from fileapi.apps import check_deployment

ROOT = Path(next(iter(project.api.__path__)))
OF_A_PARAMETER = {"int": "1", "str": "x", "path": "x/y"}
# What a project has without a file of its own: what is about the API, and not of it.
SHIPPED = "(fileapi)/"


@pytest.fixture(autouse=True)
def _of_the_site(settings: Any) -> None:
    settings.ROOT_URLCONF = "project.urls"
    clear_url_caches()


def listed() -> dict[str, dict[str, Any]]:
    """Return the rows of ``manage.py routes``, by file."""
    out = StringIO()
    call_command("routes", "--json", stdout=out)
    return {row["file"]: row for row in json.loads(out.getvalue())["routes"]}


def files() -> set[str]:
    """Return the files that a look into the folder finds."""
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*.py"))
    return {
        path.as_posix()
        for path in found
        if not any(part.startswith(("_", ".")) for part in path.parts)
    }


def an_example(url: str) -> str:
    """Return a URL of a template such as ``/api/users/<int:id>``."""
    parts = url.split("/")
    return "/".join(
        OF_A_PARAMETER[part[1:].partition(":")[0]] if part.startswith("<") else part
        for part in parts
    )


def test_i26_what_is_listed_is_what_there_are_files_for() -> None:
    assert {file for file in listed() if not file.startswith(SHIPPED)} == files()


def test_i26_what_is_listed_is_served_by_that_file_and_helpers_are_not() -> None:
    for file, row in listed().items():
        assert resolve(an_example(row["url"])).func.route_file == file  # type: ignore[attr-defined]
    for helper in ROOT.rglob("_*.py"):
        path = helper.relative_to(ROOT).with_suffix("").as_posix()
        assert not hasattr(resolve(f"/api/{path}").func, "route_file")


def test_i26_what_is_listed_is_documented_with_its_methods() -> None:
    out = StringIO()
    call_command("openapi", stdout=out)
    documented: dict[str, set[str]] = {}
    for path, item in json.loads(out.getvalue())["paths"].items():
        file = resolve(path.replace("{id}", "1")).func.route_file  # type: ignore[attr-defined]
        documented.setdefault(file, set()).update(method.upper() for method in item)
    assert documented == {
        file: set(row["methods"]) - {"HEAD", "OPTIONS"}
        for file, row in listed().items()
        if not file.startswith(SHIPPED)
    }


def test_i26_every_route_of_the_site_that_changes_something_says_who_may() -> None:
    assert [each for each in check_deployment() if each.id == "fileapi.W003"] == []


@pytest.mark.parametrize("method", ["POST", "DELETE", "handler"])
def test_i26_a_new_file_without_a_policy_fails_the_check(
    write_tree: Any, mount_tree: Any, method: str
) -> None:
    mount_tree(write_tree({"new.py": f"def {method}(): return 1"}))
    with pytest.raises(SystemCheckError, match=r"'new\.py' changes something"):
        call_command(
            *("check", "--deploy", "--tag", "fileapi", "--fail-level", "WARNING"),
            stdout=StringIO(),
            stderr=StringIO(),
        )
