"""A route without keys pays for none of it, even where the app is installed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live.servers import REPOSITORY

PROGRAM = """
import json, sys, types
import django
from django.conf import settings
settings.configure(
    ALLOWED_HOSTS=["*"], ROOT_URLCONF="urls", SECRET_KEY="x",
    INSTALLED_APPS=["fileapi"] + json.loads(sys.argv[1]),
)
urls = sys.modules["urls"] = types.ModuleType("urls")
django.setup()
from django.test import Client
from fileapi.urls import mount
urls.urlpatterns = [mount("api/", root="light_api")]
assert Client().get("/api/hello").status_code == 200
print(json.dumps(sorted(sys.modules)))
"""
APPS = ["django.contrib.contenttypes", "django.contrib.auth", "fileapi.api_keys"]


@pytest.mark.parametrize("apps", [[], APPS], ids=["not installed", "installed"])
def test_a_route_without_keys_imports_nothing_of_them(tmp_path: Path, apps: list[str]) -> None:
    (tmp_path / "light_api").mkdir()
    (tmp_path / "light_api" / "hello.py").write_text("def GET(): return 1")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(apps)],
        env={"PYTHONPATH": f"{REPOSITORY}:{tmp_path}", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    modules = json.loads(done.stdout)
    found = {name.removeprefix("fileapi.") for name in modules if "fileapi.api_keys" in name}
    own = {"api_keys", "api_keys.apps", "api_keys.models", "api_keys.key_text", "api_keys.scopes"}
    assert found == (own if apps else set())
    assert "rest_framework" not in modules


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    import fileapi.api_keys

    with pytest.raises(AttributeError, match=r"module 'fileapi.api_keys' has no attribute 'Keys'"):
        fileapi.api_keys.Keys  # noqa: B018
