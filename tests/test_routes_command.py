from __future__ import annotations

import json
from io import StringIO
from types import ModuleType
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.guards.people import PEOPLE, USE

FILES = {
    "_lib.py": "",
    "_private/x.py": "",
    "admin/_middleware.py": """
        from fileapi import Config
        config = Config(body_limit="2kb")
        def watch(req, res, next): return next()
        middleware = [watch]
    """,
    "admin/stats.py": "def GET(): return 1",
    "hello.py": "def handler(req, res): res.end()",
    "users/[id=int].py": "def GET(id): return id\ndef DELETE(id) -> None: ...",
}


GUARDED = {
    **PEOPLE,
    "_middleware.py": USE + "config = Config(auth=[Key, Token], rate='100/min')",
    "a.py": "def GET(): return 1",
    "b.py": f"{USE}from fileapi import Rate\n"
    "def per_tenant(req): return 1\n"
    "config = Config(permissions=[IsRoot], rate=[Rate('5/s', per=per_tenant), '1000/day',\n"
    "                Rate('9/min', per='user')])\n"
    "def POST(): return 1",
    "c.py": f"{USE}config = Config(auth=None, permissions=None, rate=None)\ndef POST(): return 1",
    "d.py": f"{USE}config = Config(permissions=None)\ndef GET(): return 1",
}
ABOVE = ["rate:100/min:address"]


# The fields of Config that are no guards.
PLAIN = {"body", "body_limit", "max_streams", "idempotent", "deprecated", "sunset", "successor"}


def routes(*options: str) -> tuple[str, str]:
    out, errors = StringIO(), StringIO()
    call_command("routes", *options, stdout=out, stderr=errors, no_color=True)
    return out.getvalue(), errors.getvalue()


def test_the_table_is_aligned_for_people(write_tree: Any, mount_tree: Any) -> None:
    mount_tree(write_tree(FILES))
    out, errors = routes()
    assert errors == ""
    lines = out.splitlines()
    assert [" ".join(line.split()) for line in lines] == [
        "URL METHODS FILE GUARDS MIDDLEWARE",
        "/api/admin/stats GET HEAD OPTIONS admin/stats.py - admin/_middleware.py:watch",
        "/api/hello GET HEAD POST PUT PATCH DELETE OPTIONS hello.py same-origin -",
        "/api/users/<int:id> GET HEAD DELETE OPTIONS users/[id=int].py same-origin -",
    ]
    assert {line.index("GET") for line in lines[1:]} == {lines[0].index("METHODS")}


def guards() -> dict[str, Any]:
    document = json.loads(routes("--json")[0])
    return {route["file"]: route["guards"] for route in document["routes"]}


def test_guards_are_listed_in_the_order_in_which_they_are_asked(
    write_tree: Any, mount_tree: Any
) -> None:
    mount_tree(write_tree(GUARDED))
    assert guards() == {
        "a.py": [*ABOVE, "auth:Key", "auth:Token", "IsAuthenticated"],
        "b.py": [
            "same-origin",
            *ABOVE,
            "rate:1000/day:address",
            "auth:Key",
            "auth:Token",
            "IsAuthenticated",
            "IsRoot",
            "rate:5/s:per_tenant",
            "rate:9/min:user",
        ],
        "c.py": ["same-origin"],
        "d.py": [*ABOVE, "auth:Key", "auth:Token"],
    }
    assert "auth:Key" in routes()[0]


def test_config_repeats_no_guard(write_tree: Any, mount_tree: Any) -> None:
    mount_tree(write_tree(GUARDED))
    configs = [route["config"] for route in json.loads(routes("--json")[0])["routes"]]
    assert [set(config) for config in configs] == 4 * [PLAIN]


@pytest.mark.parametrize(
    "expression", ["IsRoot | Nods", "~IsRoot", "(IsRoot | Nods) & ~IsAdminUser"]
)
def test_permissions_that_are_combined_have_a_name(
    write_tree: Any, mount_tree: Any, expression: str
) -> None:
    text = f"{USE}config = Config(auth=[Token], permissions=[{expression}])\ndef GET(): return 1"
    mount_tree(write_tree({**PEOPLE, "a.py": text}))
    assert guards() == {"a.py": ["auth:Token", expression]}


def test_who_contradicts_himself_is_listed_with_the_problem(
    write_tree: Any, mount_tree: Any
) -> None:
    text = f"{USE}config = Config(permissions=[IsRoot])\ndef GET(): return 1"
    mount_tree(write_tree({**PEOPLE, "a.py": text}))
    assert guards() == {"a.py": []}
    assert "has permissions, and no auth that says who is asking." in routes()[1]


def test_json_is_for_programs(write_tree: Any, mount_tree: Any) -> None:
    mount_tree(write_tree(FILES))
    document = json.loads(routes("--json", "--all")[0])
    assert document["problems"] == []
    assert document["routes"][0] == {
        "url": "/api/admin/stats",
        "name": "api:admin/stats",
        "methods": ["GET", "HEAD", "OPTIONS"],
        "file": "admin/stats.py",
        "middleware": ["admin/_middleware.py:watch"],
        "guards": [],
        "config": {
            **dict.fromkeys(PLAIN),
            "body": True,
            "body_limit": 2048,
            "idempotent": False,
        },
        "problem": None,
    }
    assert document["ignored"] == {
        "_lib.py": "the name starts with '_' or '.'",
        "_private/": "a private folder",
        "admin/_middleware.py": "applies to the files below its folder",
    }


def test_all_lists_what_is_no_route_and_why(write_tree: Any, mount_tree: Any) -> None:
    mount_tree(write_tree(FILES))
    assert "ignored: _private/ (a private folder)" in routes("--all")[0]


def test_a_broken_file_is_listed_with_its_problem(write_tree: Any, mount_tree: Any) -> None:
    mount_tree(write_tree({"a.py": "1/0", "b.py": "def GET(): return 1"}))
    out, errors = routes()
    assert [line.split()[0] for line in out.splitlines()[1:]] == ["/api/a", "/api/b"]
    assert "'a.py:1' cannot be imported: ZeroDivisionError: division by zero." in errors


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_conflicts_are_reported_and_the_command_fails(
    write_tree: Any, mount_tree: Any, options: list[str]
) -> None:
    mount_tree(write_tree({"a.py": "def GET(): ...", "a/index.py": "def GET(): ..."}))
    with pytest.raises(CommandError, match="1 conflicts"):
        routes(*options)


def test_a_project_without_a_mount_is_told_what_to_do(settings: Any, monkeypatch: Any) -> None:
    urlconf = ModuleType("no_mount")
    urlconf.urlpatterns = []  # type: ignore[attr-defined]
    monkeypatch.setitem(__import__("sys").modules, "no_mount", urlconf)
    settings.ROOT_URLCONF = "no_mount"
    with pytest.raises(CommandError, match="Nothing is mounted"):
        routes()
