"""Each server prints one line a request, in the site's form, and not one of its own besides."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from .client import at_once
from .servers import PRODUCTION, Server
from .sites import PACKAGE, write_site

ROUTES = {
    "users/[id=int].py": "def GET(id): return {'id': id}",
    "later.py": "async def GET(req): return [req.id]",
    "fails.py": "def GET(): raise RuntimeError('one\\ntwo')",
    "parts.py": "def GET(res): res.stream(iter(3 * ['part']))",
}
CANARY = "canary-in-a-query"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lines")
    write_site(folder, ROUTES)
    return folder


@pytest.fixture(params=["gunicorn", "uvicorn"])
def site(request: pytest.FixtureRequest, server: Any, folder: Path) -> Server:
    env = {**PRODUCTION, "WEB_CONCURRENCY": "1"}
    return server(request.param, env, PACKAGE, folder)  # type: ignore[no-any-return]


def events(site: Server, since: int, count: int = 1) -> list[dict[str, Any]]:
    """Return what is printed of so many requests; the line of a stream comes after its end."""
    deadline = time.monotonic() + 5
    while True:
        found = [json.loads(line) for line in site.printed(since).splitlines()]
        found = [event for event in found if event["request_id"] != "-"]  # a server's start
        lines = [event for event in found if event["logger"] == "fileapi.request"]
        if len(lines) == count or time.monotonic() > deadline:
            return found
        time.sleep(0.02)


def test_in_production_a_request_is_one_line_of_json(site: Server) -> None:
    since = site.output.stat().st_size
    headers = {"X-Request-ID": "mine", "User-Agent": CANARY}
    assert site.ask("GET", f"/api/users/7?token={CANARY}", headers=headers).status == 200
    [event] = events(site, since)
    assert re.fullmatch(r"GET /api/users/<int:id> 200 \d+\.\d ms 8 B", event["message"])
    assert (event["request_id"], event["user"], event["ip"]) == ("mine", None, "127.0.0.1")
    printed = site.printed()
    assert (CANARY in printed, "/api/users/7" in printed) == (False, False)


def test_d23_a_bug_is_two_events_of_one_request(site: Server) -> None:
    since = site.output.stat().st_size
    answer = site.ask("GET", f"/api/fails?token={CANARY}")
    found = events(site, since)
    assert [(event["logger"], event["level"]) for event in found] == [
        ("django.request", "ERROR"),
        ("fileapi.request", "INFO"),
    ]
    assert {event["request_id"] for event in found} == {answer.headers["x-request-id"]}
    assert found[0]["exc_info"].endswith("RuntimeError: one\ntwo")
    assert CANARY not in site.printed()


def test_requests_at_once_have_a_line_and_an_id_each(site: Server) -> None:
    since = site.output.stat().st_size
    ids = [f"{site.kind}-{number}" for number in range(20)]
    paths = ["/api/users/1", "/api/later", "/api/parts", "/api/nothing"]

    def call(number: int) -> str:
        headers = {"X-Request-ID": ids[number]}
        answer = site.ask("GET", paths[number % len(paths)], headers=headers)
        return answer.headers["x-request-id"]

    assert at_once(call, range(20)) == ids
    found = events(site, since, 20)
    lines = {
        event["request_id"]: (event["route"], event["bytes"])
        for event in found
        if event["logger"] == "fileapi.request" and event["request_id"] in ids
    }
    assert sorted(lines) == sorted(ids)
    assert {lines[id] for id in ids[2::4]} == {("api/parts", 12)}
    warned = [event["request_id"] for event in found if event["logger"] == "django.request"]
    assert {id for id in warned if id in ids} == set(ids[3::4])


def test_a_server_says_all_else_in_the_same_form(site: Server) -> None:
    lines = site.printed().splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("{"))
    assert first <= 2  # before it has loaded the site a server has nothing but its own form
    own = {json.loads(line)["logger"] for line in lines[first:]}
    assert {"gunicorn": "gunicorn.error", "uvicorn": "uvicorn.error"}[site.kind] in own
    assert "uvicorn.access" not in own
    assert "\\u001b" not in site.printed()  # uvicorn's colours


def test_on_a_workbench_a_request_is_one_line_to_read(server: Any, folder: Path) -> None:
    site = server("runserver", {}, PACKAGE, folder)
    since = site.output.stat().st_size
    assert site.ask("GET", "/api/users/7?q=1").status == 200
    assert re.fullmatch(
        r"[\d-]+ [\d:,]+ INFO fileapi\.request: GET /api/users/<int:id> 200 \d+\.\d ms 8 B\n",
        site.printed(since),
    )
