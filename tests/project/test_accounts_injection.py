"""Strings that are SQL to somebody else, wherever a client of the site can put one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from fileapi.routing.scan import scan
from project.accounts.models import Login, User
from project.feedback.models import Feedback

from .conftest import EMAIL, PASSWORD, bearer

pytestmark = pytest.mark.django_db

API = Path(__file__).parents[2] / "project" / "api"
NAUGHTY = Path(__file__).parents[3] / "shared" / "corpora" / "naughty-strings" / "blns.json"

# One or more of each kind that sqlmap tries: boolean, error, union, stacked, time, out of band.
SQL = [
    "'",
    '"',
    "''",
    "\\",
    "\\'",
    "`",
    "')",
    "'))--",
    ";",
    "--",
    "/*",
    "%",
    "%%",
    "%s",
    "%(id)s",
    "{0}",
    "_",
    "' OR '1'='1",
    "' OR 1=1--",
    '" OR ""="',
    "1 OR 1=1",
    "1' AND '1'='2",
    "1) OR (1=1",
    "1 AND 1=CAST((SELECT version()) AS int)",
    "' AND 1=(SELECT COUNT(*) FROM accounts_user)--",
    "1 UNION SELECT NULL,NULL--",
    "' UNION ALL SELECT id,password FROM accounts_user--",
    "1; DROP TABLE accounts_user",
    "'; DELETE FROM accounts_user; --",
    "'; UPDATE accounts_user SET is_superuser=true--",
    "1;SELECT pg_sleep(5)",
    "' || pg_sleep(5)--",
    "1 AND SLEEP(5)",
    "';WAITFOR DELAY '0:0:5'--",
    "' || (SELECT hex(randomblob(100000000)))--",
    "' || load_extension('x')--",
    "'; COPY accounts_user TO PROGRAM 'id'--",
    "$$; SELECT 1; $$",
    "E'\\x27'",
    "\u02bc OR 1=1",
    "\uff07 OR 1=1",
    "x'; ATTACH DATABASE 'x.db' AS x--",
    "id__gt",
    "password__startswith",
    "user__password",
    '"accounts_user"."password"',
]

Sent = tuple[str, str, Any]


def in_bodies(text: str) -> Iterator[Sent]:
    """Yield requests whose text reaches the database."""
    yield "POST", "/api/feedback", {"feedback": text}
    yield "POST", "/api/users", {"name": text}
    yield "POST", "/api/register", {"email": f"{text}@example.com", "password": PASSWORD}
    yield "POST", "/api/auth/login", {"email": text, "password": text}
    yield "POST", "/api/auth/refresh", {"refresh_token": f"{32 * '0'}.{text}"}


def everywhere(text: str) -> Iterator[Sent]:
    """Yield a request for each place of the site that takes a text."""
    yield from in_bodies(text)
    encoded = quote(text, safe="")
    yield "GET", f"/api/search?q={encoded}", None
    yield "GET", f"/api/users?after={encoded}", None
    yield "GET", f"/api/users/{encoded}", None
    yield "GET", f"/api/users/1?{encoded}={encoded}", None
    yield "GET", f"/api/guide/{encoded}", None
    yield "GET", f"/api/auth/{encoded}/login", None
    yield "GET", f"/api/auth/{encoded}/callback?state={encoded}&code={encoded}", None
    yield "POST", "/api/users", {"name": text, "email": text}
    yield "POST", "/api/register", {"email": text, "password": text}
    yield "POST", "/api/auth/login", {"email": EMAIL, "password": text}
    yield "POST", "/api/auth/login", {"email": EMAIL, "password": PASSWORD, text: text}
    yield "POST", "/api/auth/refresh", {"refresh_token": text}
    yield "POST", "/api/auth/logout", {"refresh_token": text}


@pytest.fixture
def send(ada: User, call: Any, forget_counts: Any) -> Any:
    """Send a text everywhere. No answer is a server's fault, and the tables stay as they are."""
    untouched = User.objects.values().get()

    def send(text: str, requests: Iterator[Sent]) -> None:
        forget_counts()
        for method, target, value in requests:
            status = call(method, target, value).status_code
            assert status in (200, 201, 204, 400, 401, 404, 409, 422), (text, target, status)
            if target == "/api/auth/login" and PASSWORD not in value.values():
                assert status in (400, 401, 422), (text, value)
            if target == "/api/auth/refresh":
                assert status in (400, 401, 422), (text, value)

    yield send
    now = User.objects.values().get(pk=ada.pk)
    assert now | {"last_login": None} == untouched
    assert not User.objects.exclude(is_superuser=False, is_staff=False).exists()
    assert {"accounts_user", "accounts_login"} <= set(connection.introspection.table_names())


def test_g18_sql_is_text_in_every_parameter(send: Any) -> None:
    for text in SQL:
        send(text, everywhere(text))
    # As it was sent, and whole.
    assert set(Feedback.objects.values_list("text", flat=True)) == set(SQL)
    assert Login.objects.filter(ended_at=None).count() == len(SQL)


def test_g18_so_are_the_naughty_strings(send: Any, need: Any) -> None:
    need(NAUGHTY.is_file(), f"Put blns.json of the big list of naughty strings at {NAUGHTY}.")
    texts = json.loads(NAUGHTY.read_text())
    assert len(texts) == 515
    for text in texts:
        send(text, in_bodies(text))
    assert set(Feedback.objects.values_list("text", flat=True)) <= set(texts)
    assert Feedback.objects.count() > 500


def test_g18_a_wildcard_of_like_is_no_address(ada: User, log_in: Any) -> None:
    """SQLite compares texts of any case by LIKE."""
    for email in ("%@example.com", "_da@example.com", "a%", "%", "ada@example_com"):
        assert log_in(email).status_code in (401, 422)


@pytest.mark.parametrize(
    "query",
    [
        "order_by=password",
        "order_by=-password",
        "ordering=user__password",
        "fields=password",
        "fields=id,password,email",
        "sort=1;DROP%20TABLE%20accounts_user",
        "values=password",
        "include=logins",
        "filter[password__startswith]=bcrypt",
        "password__startswith=md5",
        "is_active=false",
        "pk__gt=0",
        "alias=a%22%20FROM%20x",
        "_connector=OR%201%3D1",  # CVE-2025-64459
        "extra=password",
    ],
)
def test_g19_no_name_from_a_client_is_a_columns(ada: User, call: Any, query: str) -> None:
    User.objects.create_user("bob@example.com", PASSWORD, name="Bob")
    User.objects.create_user("off@example.com", PASSWORD, name="Off", is_active=False)
    for path in ("/api/users", f"/api/users/{ada.pk}", "/api/search?q=x", "/api/hello"):
        plain = call("GET", path)
        named = call("GET", f"{path}{'&' if '?' in path else '?'}{query}")
        assert (named.status_code, named.content) == (plain.status_code, plain.content)
    assert [row["name"] for row in call("GET", "/api/users").json()] == ["Ada", "Bob"]


def test_g20_an_id_shows_its_name_alone_and_changes_nothing(
    ada: User, call: Any, log_in: Any
) -> None:
    bob = User.objects.create_user("bob@example.com", PASSWORD, name="Bob")
    mine = bearer(log_in().json())
    for who in ({}, mine):
        shown = call("GET", f"/api/users/{bob.pk}", **who)
        assert (shown.status_code, shown.json()) == (200, {"id": bob.pk, "name": "Bob"})
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            sent = call(method, f"/api/users/{bob.pk}", {"name": "Eve"}, **who)
            assert sent.status_code == 405
    bob.refresh_from_db()
    assert bob.name == "Bob"


def test_g20_who_is_not_active_is_answered_as_who_was_never_there(
    ada: User, call: Any, log_in: Any
) -> None:
    gone = User.objects.create_user("gone@example.com", PASSWORD, name="Gone", is_active=False)
    absent = gone.pk + 1000
    for who in ({}, bearer(log_in().json())):
        answers = [call("GET", f"/api/users/{id}", **who) for id in (gone.pk, absent)]
        seen = [
            (each.status_code, each.content, {**each.headers, "X-Request-ID": ""})
            for each in answers
        ]
        assert seen[0] == seen[1]
        assert seen[0][0] == 404


def test_g20_me_is_nobody_else_whatever_is_asked_for(ada: User, call: Any, log_in: Any) -> None:
    bob = User.objects.create_user("bob@example.com", PASSWORD, name="Bob")
    mine = bearer(log_in().json())
    for query in (f"id={bob.pk}", f"user={bob.pk}", f"sub={bob.pk}", "email=bob@example.com"):
        assert call("GET", f"/api/auth/me?{query}", **mine).json()["id"] == ada.pk


def test_g20_no_other_file_takes_an_id() -> None:
    """A new one wants a test here."""
    typed = {route.file for route in scan(str(API)).routes if "=" in route.file}
    assert typed == {"users/[id=int].py"}
