"""What the site prints: one line of JSON an event in production, and plain lines on a workbench."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .live.servers import PRODUCTION, REPOSITORY

PROGRAM = """
import json, logging, sys, types
import django
django.setup()
from django.conf import settings
from django.test import Client
from fileapi.urls import mount
urls = sys.modules["printed_urls"] = types.ModuleType("printed_urls")
urls.urlpatterns = [mount("api/", root="printed_api")]
settings.ROOT_URLCONF = "printed_urls"
client = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
for method, path, headers in json.loads(sys.argv[1]):
    client.generic(method, path, headers=headers)
"""

FILES = {
    "users/[id=int].py": "def GET(id): return {'id': id}",
    "fails.py": "def GET(): raise RuntimeError('one\\ntwo\\x1b[31m')",
    "says.py": """
import logging
def POST(query):
    logging.getLogger("shop").warning("sold %s", query["what"], extra={"order": 3})
    return 1
""",
}


def printed(folder: Path, *requests: tuple[str, str, dict[str, str]], **env: str) -> list[str]:
    """Return the lines that a process of the site prints about these requests."""
    for name, text in FILES.items():
        path = folder / "printed_api" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(requests)],
        cwd=folder,
        env={
            "PYTHONPATH": f"{REPOSITORY}:{folder}",
            "DJANGO_SETTINGS_MODULE": "project.settings",
            "DATABASE_URL": "sqlite://:memory:",
            **env,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert done.stderr.endswith("\n")
    return done.stderr[:-1].split("\n")  # splitlines() would forgive other line breaks


def events(*args: Any, **env: str) -> list[dict[str, Any]]:
    """Return what is printed in production, each line parsed."""
    return [json.loads(line) for line in printed(*args, **PRODUCTION, **env)]


def test_in_production_a_request_is_one_line_of_json(tmp_path: Path) -> None:
    [event] = events(tmp_path, ("GET", "/api/users/7?q=1", {"X-Request-ID": "mine"}))
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00", event.pop("time"))
    assert re.fullmatch(r"GET /api/users/<int:id> 200 \d+\.\d ms 8 B", event.pop("message"))
    assert event.pop("ms") > 0
    assert event == {
        "level": "INFO",
        "logger": "fileapi.request",
        "request_id": "mine",
        "method": "GET",
        "route": "api/users/<int:id>",
        "file": "users/[id=int].py",
        "status": 200,
        "bytes": 8,
        "user": None,
        "ip": "127.0.0.1",
    }


def test_on_a_workbench_a_request_is_a_line_to_read(tmp_path: Path) -> None:
    [line] = printed(tmp_path, ("GET", "/api/users/7?q=1", {}))
    assert re.fullmatch(
        r"[\d-]+ [\d:,]+ INFO fileapi\.request: GET /api/users/<int:id> 200 \d+\.\d ms 8 B", line
    )


HOSTILE = [
    '\n{"level": "ERROR", "FAKE": 1}',
    "\r\nFAKE",
    "\x1b[31mFAKE\x07",
    "\x85FAKE",
    '", "FAKE": "',
    "\x00FAKE",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_d23_no_part_of_a_request_writes_a_line_or_a_field(tmp_path: Path, text: str) -> None:
    quoted = "".join(f"%{byte:02x}" for byte in text.encode())
    headers = {"User-Agent": text, "X-Request-ID": text, "Referer": text, "traceparent": text}
    requests = [
        ("GET", f"/api/{quoted}", headers),
        ("GET", f"/{quoted}?{quoted}", headers),
        ("GET", "/api/users/7", {**headers, "Host": text}),
        ("POST", f"/api/says?what={quoted}", headers),
        (f"GET{text}", "/api/users/7", headers),
    ]
    lines = printed(tmp_path, *requests, **PRODUCTION)
    assert [line for line in lines if not line.isascii() or not line.isprintable()] == []
    found = [json.loads(line) for line in lines]
    assert {key for event in found for key in event} == {
        *("level", "logger", "message", "request_id", "time"),
        *("method", "route", "file", "status", "ms", "bytes", "user", "ip"),
        *("status_code", "order", "exc_info"),
    }
    own = [event for event in found if event["logger"] == "fileapi.request"]
    assert len(own) == len(requests)
    assert "FAKE" not in json.dumps(own)
    assert all(re.fullmatch("[0-9a-f]{32}", event["request_id"]) for event in own)
    [sold] = [event for event in found if event["logger"] == "shop"]
    assert (sold["message"], sold["order"]) == (f"sold {text}", 3)


def test_d23_an_exception_with_its_traceback_is_one_line(tmp_path: Path) -> None:
    found = events(tmp_path, ("GET", "/api/fails?token=canary", {"X-Request-ID": "mine"}))
    assert [(event["level"], event["logger"], event["request_id"]) for event in found] == [
        ("ERROR", "django.request", "mine"),
        ("INFO", "fileapi.request", "mine"),
    ]
    assert "\n  File " in found[0]["exc_info"]
    assert found[0]["exc_info"].endswith("RuntimeError: one\ntwo\x1b[31m")
    assert "canary" not in json.dumps(found)  # the repr of Django's request has the query


def test_g13_sql_is_not_logged_at_any_level(tmp_path: Path) -> None:
    (tmp_path / "printed_api").mkdir()
    (tmp_path / "printed_api" / "query.py").write_text(
        "from django.db import connection\n"
        "def GET():\n"
        "    with connection.cursor() as cursor:\n"
        "        return cursor.execute('SELECT %s', ['canary']).fetchone()[0]\n"
    )
    for mode in ({}, {**PRODUCTION, "DEBUG": "on"}):
        lines = printed(tmp_path, ("GET", "/api/query", {}), **mode, LOG_LEVEL="DEBUG")
        assert any("/api/query 200" in line for line in lines)
        assert "canary" not in "\n".join(lines)
