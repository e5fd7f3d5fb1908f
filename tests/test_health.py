"""health/live and health/ready: what they say, to whom, and how little they cost."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from fileapi.health import ready, stores
from fileapi.health.probe import LIMIT, Probe
from fileapi.openapi.document import document

from .conftest import Api

HELLO = {"hello.py": "def GET(): return 1"}
OK = (200, {"status": "ok"})


@pytest.fixture(autouse=True)
def new_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Begin as a process does that has asked no store yet."""
    monkeypatch.setattr(stores, "_migrated", set())
    monkeypatch.setattr(ready, "_changes", ready._Changes())
    monkeypatch.setattr(stores, "ask_database", partial(asked_and_closed, stores.ask_database))
    stores._probes.cache_clear()
    yield
    stores._probes.cache_clear()


@pytest.fixture
def site(write_tree: Any, mount_tree: Any, mode: str, settings: Any) -> Callable[..., Api]:
    """Serve route files as the project's own folder, with what fileapi ships beside them."""

    def serve(files: dict[str, str], **changed: Any) -> Api:
        settings.FILEAPI_ROOT = write_tree(files)
        for name, value in changed.items():
            setattr(settings, name, value)
        return Api(mount_tree(None), mode)

    return serve


def asked_and_closed(ask: Callable[[str], None], alias: str) -> None:
    """Close the connection of the probe's thread for good: Django leaves SQLite's memory open."""
    try:
        ask(alias)
    finally:
        if connections[alias].connection is not None:
            BaseDatabaseWrapper.close(connections[alias])


def told(response: Any) -> tuple[int, Any]:
    return response.status_code, response.json()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/health/live", "/api/health/ready", "/api/health/ready/"])
def test_they_are_there_without_a_word_about_them(site: Any, path: str) -> None:
    api = site(HELLO)
    response = api.get(path)
    assert told(response) == OK
    assert response["Cache-Control"] == "no-store"
    assert "ETag" not in response
    head = api.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert api.post(path).status_code == 405


def test_a_setting_turns_them_off(site: Any) -> None:
    api = site(HELLO, FILEAPI_HEALTH=False)
    assert api.get("/api/health/live").status_code == 404
    assert api.get("/api/health/ready").status_code == 404
    assert api.get("/api/hello").status_code == 200


def test_another_folder_than_the_projects_own_has_none(api: Any) -> None:
    assert api(HELLO).get("/api/health/live").status_code == 404


@pytest.mark.parametrize(
    "file",
    [
        "health/live.py",
        "(group)/health/live.py",
        "health/[kind].py",
        "[area]/live.py",
        "[...all].py",
        "health/[[...all]].py",
    ],
)
def test_a_file_of_the_projects_that_answers_the_url_wins(site: Any, file: str) -> None:
    api = site({file: "def GET(): return 'mine'"})
    assert told(api.get("/api/health/live")) == (200, "mine")
    assert api.folder.problems() == []


@pytest.mark.parametrize(
    "file",
    ["health.py", "health/index.py", "health/heart.py", "Health/live.py", "health/[id]/x.py"],
)
def test_files_beside_them_are_no_conflict(site: Any, file: str) -> None:
    api = site({file: "def GET(): return 'mine'"})
    assert told(api.get("/api/health/live")) == OK
    assert api.folder.problems() == []


def test_no_guard_of_a_folder_stands_before_them(site: Any) -> None:
    api = site(
        {
            "_middleware.py": """
                from fileapi import Config, HttpError
                from rest_framework.authentication import SessionAuthentication
                config = Config(auth=[SessionAuthentication], rate="1/hour")
                def middleware(req, res, next): raise HttpError(418)
            """,
            **HELLO,
        }
    )
    assert [api.get("/api/health/live").status_code for _ in range(3)] == [200, 200, 200]
    assert api.get("/api/hello").status_code == 401


def test_they_are_listed_and_stand_in_no_document(site: Any) -> None:
    api = site(HELLO)
    output = StringIO()
    call_command("routes", json=True, stdout=output)
    listed = {row["url"]: row["file"] for row in json.loads(output.getvalue())["routes"]}
    assert listed == {
        "/api/hello": "hello.py",
        "/api/health/live": "(fileapi)/health/live.py",
        "/api/health/ready": "(fileapi)/health/ready.py",
    }
    assert list(document(api.mount)["paths"]) == ["/api/hello"]


def test_live_asks_no_database_even_where_every_view_has_a_transaction(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without the mark django_db, pytest-django raises as soon as a connection is asked for.
    monkeypatch.setitem(connections.settings["default"], "ATOMIC_REQUESTS", True)
    assert told(site(HELLO).get("/api/health/live")) == OK


def test_a_database_that_cannot_be_used_is_told_to_the_log_alone(
    site: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    api = site(HELLO)
    for _ in range(3):
        response = api.get("/api/health/ready")  # pytest-django lets nobody in
        assert told(response) == (
            503,
            {
                "type": "about:blank",
                "title": "Service Unavailable",
                "status": 503,
                "detail": "Not ready.",
            },
        )
        assert (response["Retry-After"], response["Cache-Control"]) == ("1", "no-store")
    [record] = [each for each in caplog.records if each.name == "fileapi.health"]
    assert record.levelname == "WARNING"
    assert "Not ready: database 'default': RuntimeError: Database access not" in record.message
    assert [each for each in caplog.records if each.name == "django.request"] == []


@pytest.mark.django_db(transaction=True)
def test_it_is_ready_when_the_migrations_are_applied_and_looks_no_more(
    site: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fileapi.health.probe.FRESH", 0)
    caplog.set_level(logging.INFO, "fileapi.health")
    api = site(HELLO)
    recorder = MigrationRecorder(connection)

    def lines() -> list[str]:
        return [each.getMessage() for each in caplog.records if each.name == "fileapi.health"]

    recorder.record_unapplied("sessions", "0001_initial")
    try:
        response = api.get("/api/health/ready")
        assert response.status_code == 503
        assert "sessions" not in response.content.decode()
        assert "1 migrations are not applied, sessions.0001_initial" in lines()[0]
        recorder.record_applied("sessions", "0001_initial")
        assert told(api.get("/api/health/ready")) == OK
        assert lines()[1:] == ["Ready again."]
        recorder.record_unapplied("sessions", "0001_initial")
        assert told(api.get("/api/health/ready")) == OK  # a newer release's business
    finally:
        recorder.record_applied("sessions", "0001_initial")


@pytest.mark.django_db
def test_the_log_has_a_line_for_a_failure_and_none_for_a_success(
    site: Any, settings: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO, "fileapi.request")
    settings.MIDDLEWARE = ["fileapi.middleware.RequestLog"]
    api = site({**HELLO, "users/health/live.py": "def GET(): return 1"})
    for path in ("health/live", "health/ready", "hello", "users/health/live"):
        assert api.get(f"/api/{path}").status_code == 200
    monkeypatch.setattr(ready, "failures", lambda: ["all is lost"])
    api.get("/api/health/ready")
    lines = [record for record in caplog.records if record.name == "fileapi.request"]
    assert [(line.route, line.status) for line in lines] == [
        ("api/hello", 200),
        ("api/users/health/live", 200),
        ("api/health/ready", 503),
    ]


@pytest.mark.django_db
def test_a_project_may_say_what_it_cannot_work_without(
    site: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "ask_cache", lambda alias: 1 / 0)
    assert site(HELLO).get("/api/health/ready").status_code == 503
    own = """
        from fileapi import Config, HttpError
        from fileapi.health.stopping import is_stopping
        from fileapi.health.stores import failures
        def GET(res):
            if is_stopping() or any(not why.startswith("cache") for why in failures()):
                raise HttpError(503)
            return {"status": "ok"}
    """
    stores._probes.cache_clear()
    assert told(site({"health/ready.py": own}).get("/api/health/ready")) == OK


def test_a_store_that_hangs_is_asked_once_and_waited_for_no_longer_than_the_limit() -> None:
    asked: list[int] = []
    answer = threading.Event()

    def ask() -> None:
        asked.append(1)
        answer.wait(30)

    probe = Probe(ask)
    waiting = [threading.Thread(target=lambda: probe.attempt().failure()) for _ in range(8)]
    for each in waiting:
        each.start()
    assert probe.attempt().failure() == f"no answer within {LIMIT:g} s"
    for each in waiting:
        each.join(LIMIT)
    stuck = probe.attempt()
    assert stuck.failure() is not None  # at once: its time is over
    assert asked == [1]
    answer.set()
    assert stuck._done.wait(5)
    assert probe.attempt() is not stuck  # its answer is too old to be good for anything
    assert probe.attempt().failure() is None


def test_an_answer_is_good_for_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    probe = Probe(lambda: asked.append(1))
    assert [probe.attempt().failure() for _ in range(50)] == [None] * 50
    assert asked == [1]
    monkeypatch.setattr("fileapi.health.probe.FRESH", 0)
    assert probe.attempt().failure() is None
    assert asked == [1, 1]
