"""The document over HTTP and by command: the same bytes for the same files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import clear_url_caches, include, re_path
from openapi_spec_validator import validate

from fileapi.openapi import document as documents
from fileapi.urls import mount

from .generated import files
from .rich import FILES

ROOT = Path(__file__).resolve().parents[2]
HELLO = {"hello.py": "def GET(): return 1"}
TIMED = """
import sys, time
import django
django.setup()
from fileapi.openapi import document
from fileapi.urls import mount
mounted = mount("api/", root=sys.argv[1])
for route in mounted.folder.routes():
    mounted.folder.endpoint(route).view()  # as a server has that answers requests
seconds = []
for _ in range(3):
    document._made.clear()
    started = time.process_time()
    text = document.encoded(mounted)
    seconds.append(time.process_time() - started)
print(text.count(b'"operationId":"area'), min(seconds))
"""
IN_A_PROCESS = """
import sys
import django
django.setup()
from fileapi.openapi.document import encoded
from fileapi.urls import mount
sys.stdout.buffer.write(encoded(mount("api/", root=sys.argv[1])))
"""


def test_the_document_is_served_with_a_tag(served: Any) -> None:
    site = served(HELLO)
    response = site.get("/api/openapi.json")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert list(response.json()["paths"]) == ["/api/hello"]
    again = site.get("/api/openapi.json", headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert site.head("/api/openapi.json")["ETag"] == response["ETag"]
    assert site.post("/api/openapi.json").status_code == 405


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 404),
        ({"DEBUG": True}, 200),
        ({"FILEAPI_DOCS": True}, 200),
        ({"FILEAPI_DOCS": False, "DEBUG": True}, 404),
    ],
)
def test_it_is_on_in_development_and_by_a_setting(
    api: Any, write_tree: Any, mount_tree: Any, settings: Any, changed: Any, status: int
) -> None:
    settings.FILEAPI_ROOT = write_tree(HELLO)
    for name, value in changed.items():
        setattr(settings, name, value)
    mount_tree(None)
    client = Client()
    assert client.get("/api/openapi.json").status_code == status
    assert client.get("/api/docs").status_code == status


def test_it_is_made_once(served: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    site = served(HELLO)
    first = site.get("/api/openapi.json").content
    monkeypatch.setattr(documents, "document", None)  # what would make it
    assert site.get("/api/openapi.json").content == first


def test_it_follows_the_files_in_development(served: Any, write_tree: Any) -> None:
    site = served({"hello.py": "def GET(): 'One.'"}, DEBUG=True)

    def summary() -> Any:
        return site.get("/api/openapi.json").json()["paths"]["/api/hello"]["get"]["summary"]

    assert summary() == "One."
    file = Path(site.folder.path()) / "hello.py"
    file.write_text("def GET(): 'Another.'")
    assert summary() == "Another."
    (file.parent / "more.py").write_text("def GET(): pass")
    assert "/api/more" in site.get("/api/openapi.json").json()["paths"]


def test_a_file_of_the_projects_takes_its_place(served: Any) -> None:
    site = served(
        {
            **HELLO,
            "openapi.json.py": """
                from rest_framework.authentication import SessionAuthentication
                from rest_framework.permissions import IsAdminUser
                from fileapi import Config
                from fileapi.openapi.serve import GET
                config = Config(auth=[SessionAuthentication], permissions=[IsAdminUser])
            """,
        },
        FILEAPI_DOCS=False,
    )
    assert site.get("/api/openapi.json").status_code == 401


@pytest.mark.parametrize(
    ("prefix", "script_name", "server"),
    [
        ("api/", "", None),
        ("", "", None),
        ("a/b/", "", None),
        ("api/", "/shop", "/shop"),
        ("", "/shop", "/shop"),
    ],
)
def test_a_server_is_named_where_the_site_is_below_something(
    served: Any, prefix: str, script_name: str, server: str | None
) -> None:
    site = served(HELLO, prefix, FORCE_SCRIPT_NAME=script_name or None)
    above = script_name if site.mode == "asgi" else ""  # there the path holds it
    for url in (f"/{prefix}openapi.json", f"/{prefix}openapi.json/"):
        response = site.get(above + url)
        made = response.json()
        validate(made)
        assert list(made["paths"]) == [f"/{prefix}hello"]
        assert made.get("servers") == ([{"url": server}] if server else None)


def test_a_server_is_named_where_an_include_captures_something(
    write_tree: Any, settings: Any
) -> None:
    settings.FILEAPI_ROOT, settings.FILEAPI_DOCS = write_tree(HELLO), True
    settings.FORCE_SCRIPT_NAME = "/grüße"
    urlconf = ModuleType("urlconf_of_tenants")
    below = re_path(r"^(?P<tenant>/?[a-z./]+?)/(?=api/)", include([mount("api/")]))
    urlconf.urlpatterns = [below]  # type: ignore[attr-defined]
    settings.ROOT_URLCONF = urlconf
    clear_url_caches()
    made = Client().get("/a/b/api/openapi.json").json()
    assert made["servers"] == [{"url": "/gr%C3%BC%C3%9Fe/a/b"}]
    assert list(made["paths"]) == ["/api/hello"]
    settings.FORCE_SCRIPT_NAME = None
    # Not "//evil.example", which a browser takes for another site.
    there = Client().get("/", PATH_INFO="//evil.example/api/openapi.json").json()
    assert there["servers"] == [{"url": "/%2Fevil.example"}]


def test_it_is_the_same_in_every_process(write_tree: Any) -> None:
    package = write_tree(FILES)
    [text] = {run(IN_A_PROCESS, package, PYTHONHASHSEED=seed) for seed in ("0", "1", "2", "3")}
    assert b'"default":["a","b","c"]' in text


def test_the_command_writes_what_is_served(
    served: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = served(HELLO)
    call_command("openapi")
    text = site.get("/api/openapi.json").content
    assert capsys.readouterr().out.encode().rstrip() == text
    call_command("openapi", "--output", tmp_path / "openapi.json")
    assert (tmp_path / "openapi.json").read_bytes() == text


def test_the_command_asks_which_mount(
    write_tree: Any, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = write_tree({"a.py": "def GET(): pass"}), write_tree({"b.py": "def GET(): pass"})
    urlconf = ModuleType("urlconf_of_two")
    urlconf.urlpatterns = [mount("one/", root=one), mount("two/", root=two)]  # type: ignore[attr-defined]
    settings.ROOT_URLCONF = urlconf
    clear_url_caches()
    with pytest.raises(CommandError, match=r"--mount is None; it must be one of: \['one', 'two'\]"):
        call_command("openapi")
    call_command("openapi", "--mount", "two")
    assert list(json.loads(capsys.readouterr().out)["paths"]) == ["/two/b"]


def test_the_document_of_1000_routes_takes_less_than_2_seconds(write_tree: Any) -> None:
    """In a process of its own: coverage, which may watch this one, takes longer than the work."""
    operations, seconds = run(TIMED, write_tree(files(1000))).split()
    assert int(operations) == 2000
    assert float(seconds) < 2


def run(script: str, package: str, **env: str) -> bytes:
    """Return what a script prints in a process of its own, told of a package that was written."""
    return subprocess.run(
        [sys.executable, "-c", script, package],
        env={
            **{name: value for name, value in os.environ.items() if "COV" not in name},
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(Path(sys.path[0]))]),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            **env,
        },
        capture_output=True,
        check=True,
        timeout=60,
    ).stdout
