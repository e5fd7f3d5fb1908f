"""The time of a key's last use: near enough, and cheap."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from fileapi.api_keys.models import APIKey

ROUTES = {
    "_middleware.py": """
        from fileapi import Config
        from fileapi.api_keys import APIKeyAuthentication
        config = Config(auth=[APIKeyAuthentication])
        """,
    "ok.py": "def GET(): return 1",
    "fails.py": "def GET(): raise RuntimeError",
    "sees.py": """
        def GET(req):
            req.auth.refresh_from_db()
            return {"used": req.auth.last_used_at is not None}
        """,
}


@pytest.fixture
def ask(api: Any, issue: Any) -> Any:
    site, text = api(ROUTES), issue()[1]
    return lambda path="/api/ok": site.get(path, headers={"Authorization": f"Api-Key {text}"})


def last_used() -> Any:
    return APIKey.objects.get().last_used_at


def was_used(seconds: float) -> Any:
    """Say that the key was used so many seconds ago; return when."""
    APIKey.objects.update(last_used_at=timezone.now() - timedelta(seconds=seconds))
    return last_used()


def test_the_first_use_is_written(ask: Any) -> None:
    before = timezone.now()
    assert ask().status_code == 200
    assert before <= last_used() <= timezone.now()


def test_a_busy_key_is_written_once_a_minute(ask: Any) -> None:
    lately = was_used(seconds=50)
    assert ask().status_code == 200
    assert last_used() == lately
    long_ago = was_used(seconds=61)
    assert ask().status_code == 200
    assert last_used() > long_ago


def test_a_use_is_one_update_or_none(
    write_tree: Any, mount_tree: Any, call: Any, issue: Any, django_assert_num_queries: Any
) -> None:
    mount_tree(write_tree(ROUTES))
    authorization = f"Api-Key {issue()[1]}"
    for queries in (2, 1, 1):
        with django_assert_num_queries(queries):
            assert call("/api/ok", authorization).status_code == 200


def test_of_requests_at_once_the_first_one_writes(issue: Any) -> None:
    issue()
    first, second = APIKey.objects.get(), APIKey.objects.get()
    first.note_use()
    written = last_used()
    second.note_use()
    assert last_used() == written


def test_a_wrong_key_leaves_no_trace(api: Any, issue: Any) -> None:
    text = issue()[1]
    wrong = text[:-1] + ("a" if text[-1] != "a" else "b")
    site = api(ROUTES)
    assert site.get("/api/ok", headers={"Authorization": f"Api-Key {wrong}"}).status_code == 401
    assert last_used() is None


def test_a_request_that_fails_was_a_use(ask: Any) -> None:
    assert ask("/api/fails").status_code == 500
    assert last_used() is not None
    APIKey.objects.update(last_used_at=None)
    assert ask("/api/sees").json() == {"used": True}


def test_under_atomic_requests_it_waits_for_the_commit(ask: Any, monkeypatch: Any) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    assert ask("/api/fails").status_code == 500
    assert last_used() is None
    assert ask("/api/sees").json() == {"used": False}
    assert last_used() is not None


def test_a_database_that_takes_no_writes_refuses_nobody(ask: Any, caplog: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER no_writes BEFORE UPDATE ON fileapi_api_keys_apikey "
            "BEGIN SELECT RAISE(ABORT, 'read-only'); END"
        )
    try:
        assert ask().status_code == 200
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER no_writes")
    assert last_used() is None
    assert "write_last_used_at" in caplog.text
