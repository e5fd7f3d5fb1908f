"""What a file may declare, and what is wrong with it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command

from fileapi import Config
from fileapi.endpoint.module import RouteError
from fileapi.openapi.document import document
from fileapi.routing.problem import Problem
from fileapi.urls import load_all

from .conftest import HEAD, ORDER


@pytest.fixture
def problem_of(write_tree: Any, mount_tree: Any) -> Any:
    """Return the problem of the only route in a tree, or None."""

    def problem_of(files: dict[str, str]) -> Problem | None:
        folder = mount_tree(write_tree(files)).folder
        (route,) = folder.routes()
        try:
            folder.endpoint(route).load()
        except RouteError as error:
            return error.problem
        return None

    return problem_of


ASYNC = {
    "POST": {"a.py": f"{HEAD}\nasync def POST(): return 1"},
    "handler": {"a.py": f"{HEAD}\nasync def handler(): return 1"},
    "own middleware": {
        "a.py": f"{ORDER}\nasync def middleware(req, res, next): return await next()"
    },
    "folder's middleware": {
        "a.py": ORDER,
        "_middleware.py": "async def middleware(req, res, next): return await next()",
    },
}


@pytest.mark.parametrize("files", ASYNC.values(), ids=ASYNC)
def test_h22_an_async_file_is_a_load_error(problem_of: Any, files: dict[str, str]) -> None:
    problem = problem_of(files)
    assert (problem.id, problem.message, problem.hint) == (
        "E037",
        "'a.py' has Config(idempotent=True) and is async, where no transaction holds.",
        "Make its POST or PATCH sync, and the middleware around it, or write idempotent=False.",
    )


def test_a_file_that_leaves_the_body_unread_is_a_load_error(problem_of: Any) -> None:
    problem = problem_of({"a.py": ORDER.replace("idempotent=True", "idempotent=True, body=False")})
    assert (problem.id, problem.message) == (
        "E037",
        "'a.py' has Config(idempotent=True) and body=False: "
        "two bodies cannot be told apart unread.",
    )


def test_h22_without_the_app_it_is_a_load_error(problem_of: Any, settings: Any) -> None:
    settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if "idempotency" not in app]
    problem = problem_of({"a.py": ORDER})
    assert (problem.id, problem.message, problem.hint) == (
        "E038",
        "'a.py' has Config(idempotent=True), and 'fileapi.idempotency' is not installed.",
        "Add 'fileapi.idempotency' to INSTALLED_APPS, and migrate.",
    )


@pytest.mark.parametrize(
    "text",
    [
        "async def GET(): return 1",
        "def POST(): return 1\nasync def GET(): return 1",
        "async def PUT(): return 1\nconfig = Config(auth=None, idempotent=True, body=False)",
        "async def POST(): return 1\nconfig = Config(auth=None, idempotent=False)",
    ],
)
def test_what_needs_no_key_may_be_async_or_leave_the_body_unread(
    problem_of: Any, text: str
) -> None:
    folder = "from fileapi import Config\nconfig = Config(idempotent=True)"
    assert problem_of({"a.py": f"{HEAD}\n{text}", "_middleware.py": folder}) is None


def test_an_async_get_beside_a_post_that_is_kept_serves(api: Any, send: Any, effects: Any) -> None:
    site = api({"a.py": f"{ORDER}\nasync def GET(): return 'ok'"})
    assert [send(site).status_code for _ in range(2)] == [201, 201]
    assert (site.get("/api/a").json(), effects()) == ("ok", 1)


def test_a_folder_declares_it_for_its_files_and_a_file_takes_it_back(
    api: Any, send: Any, effects: Any
) -> None:
    plain = "from fileapi import Config\ndef POST(res): res.end()"
    site = api(
        {
            "_middleware.py": "from fileapi import Config\nconfig = Config(idempotent=True)",
            "a.py": plain,
            "b.py": f"{plain}\nconfig = Config(idempotent=False)",
        }
    )
    assert send(site, None).status_code == 400
    assert send(site, None, path="/api/b").status_code == 200


@pytest.mark.parametrize("value", [None, 1, "yes"])
def test_idempotent_is_true_or_false(value: Any) -> None:
    with pytest.raises(ValueError, match=f"^idempotent={value!r} is neither True nor False.$"):
        Config(idempotent=value)


def test_the_document_asks_for_the_key(write_tree: Any, mount_tree: Any) -> None:
    mounted = mount_tree(write_tree({"a.py": f"{ORDER}\ndef PUT(): ..."}))
    load_all(mounted.folder)
    item = document(mounted)["paths"]["/api/a"]
    (parameter,) = item["post"]["parameters"]
    assert (parameter["name"], parameter["in"], parameter["required"]) == (
        "Idempotency-Key",
        "header",
        True,
    )
    assert {"400", "409", "413", "422"} <= item["post"]["responses"].keys()
    assert "parameters" not in item["put"]


@pytest.mark.django_db
def test_the_migration_is_complete() -> None:
    call_command("makemigrations", "fileapi_idempotency", check=True, dry_run=True, verbosity=0)
