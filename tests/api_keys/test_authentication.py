"""Who gets in by a key, and who does not: on routes, and in a view of DRF's own."""

from __future__ import annotations

import re
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.core.signals import got_request_exception
from django.utils import timezone
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from fileapi.api_keys import key_text
from fileapi.api_keys.models import APIKey

GUARDED = """
    from fileapi import Config
    from fileapi.api_keys import APIKeyAuthentication
    config = Config(auth=[APIKeyAuthentication])
    """
ROUTES = {
    "_middleware.py": GUARDED,
    "mine.py": "def GET(req): return {'user': req.user.email, 'key': str(req.auth)}",
    "later.py": "async def GET(req): return {'user': req.user.email, 'key': str(req.auth)}",
}
REFUSED = {
    "type": "about:blank",
    "title": "Unauthorized",
    "status": 401,
    "detail": "The API key is not valid.",
}


@pytest.fixture
def routes(api: Any) -> Any:
    return api(ROUTES)


@pytest.fixture
def one(write_tree: Any, mount_tree: Any) -> None:
    """Mount the routes for `call`, which goes over WSGI alone."""
    mount_tree(write_tree(ROUTES))


@pytest.mark.parametrize("path", ["/api/mine", "/api/later"])
def test_a_key_lets_its_user_in(routes: Any, issue: Any, path: str) -> None:
    key, text = issue()
    response = routes.get(path, headers={"Authorization": f"Api-Key {text}"})
    assert (response.status_code, response.json()) == (
        200,
        {"user": "ada@example.com", "key": text[:11]},
    )
    assert str(key) == text[:11]


@pytest.mark.parametrize("path", ["/api/mine", "/api/later"])
def test_without_a_key_or_with_a_wrong_one_it_is_401(routes: Any, issue: Any, path: str) -> None:
    wrong = issue()[1][:-1] + "!"
    response = routes.get(path, headers={"Authorization": f"Api-Key {wrong}"})
    assert (response.status_code, response.json()) == (401, REFUSED)
    assert response.headers["WWW-Authenticate"] == "Api-Key"
    stranger = routes.get(path)
    assert (stranger.status_code, stranger.headers["WWW-Authenticate"]) == (401, "Api-Key")


def test_a_view_of_drf_takes_keys_too(settings: Any, call: Any, issue: Any) -> None:
    settings.ROOT_URLCONF = "tests.api_keys.view"
    text = issue()[1]
    assert call("/view/mine", f"Api-Key {text}").json() == {
        "user": "ada@example.com",
        "key": text[:11],
    }
    for authorization in (None, f"Api-Key {text[:-1]}!", f"Bearer {text}"):
        response = call("/view/mine", authorization)
        assert (response.status_code, response["WWW-Authenticate"]) == (401, "Api-Key")


def test_every_other_spelling_of_a_key_is_401(one: None, call: Any, issue: Any) -> None:
    text = issue()[1]
    assert call("/api/mine", f"Api-Key {text}").status_code == 200
    for place, letter in enumerate(text):
        following = chr(ord(letter) + 1)
        for other in {following, letter.swapcase(), "_", "=", "é", "\0", ""} - {letter}:
            changed = text[:place] + other + text[place + 1 :]
            response = call("/api/mine", f"Api-Key {changed}")
            assert (response.status_code, response.json()) == (401, REFUSED), changed


@pytest.mark.parametrize("scheme", ["Api-Key", "api-key", "API-KEY"])
def test_the_scheme_has_no_case(one: None, call: Any, issue: Any, scheme: str) -> None:
    assert call("/api/mine", f"{scheme} {issue()[1]}").status_code == 200


@pytest.mark.parametrize(
    "value",
    [
        "Api-Key",
        "Api-Key ",
        "Api-Key  {key}",
        "Api-Key {key} ",
        "Api-Key {key} {key}",
        "Api-Key {key},{key}",
        "Api-Key {key}, Api-Key {key}",
        "Api-Key \t{key}",
        'Api-Key "{key}"',
        "Api-Key key={key}",
        "Api-Key " + 8_192 * "x",
        "Api-Key fk_" + 1_000_000 * "_",
        "Api-Key €uro",
        "Api-Key \ud800",
        "Api-Key \0",
    ],
)
def test_a_malformed_header_is_401_and_asks_no_database(
    one: None, call: Any, issue: Any, django_assert_num_queries: Any, value: str
) -> None:
    value = value.replace("{key}", issue()[1])
    with django_assert_num_queries(0):
        response = call("/api/mine", value)
    assert (response.status_code, response.json()) == (401, REFUSED)


@pytest.mark.parametrize(
    "value", ["{key}", "Bearer {key}", "Token {key}", "Api-Key:{key}", "", " "]
)
def test_other_schemes_are_for_others(one: None, call: Any, issue: Any, value: str) -> None:
    response = call("/api/mine", value.replace("{key}", issue()[1]))
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Api-Key")
    assert response.json() != REFUSED


def test_a_key_is_sent_in_no_other_way(one: None, call: Any, issue: Any) -> None:
    text = issue()[1]
    for name in ("HTTP_X_API_KEY", "HTTP_API_KEY", "HTTP_COOKIE"):
        assert call("/api/mine", **{name: text}).status_code == 401
    assert call(f"/api/mine?api_key={text}&Authorization=Api-Key%20{text}").status_code == 401


def ends(what: str, key: APIKey) -> None:
    now = timezone.now()
    if what == "revoked":
        key.revoke()
    elif what == "expired":
        APIKey.objects.update(expires_at=now)
    elif what == "of a disabled user":
        type(key.user).objects.update(is_active=False)
    elif what == "of a deleted user":
        key.user.delete()
    elif what == "deleted":
        key.delete()


@pytest.mark.parametrize(
    "what", ["revoked", "expired", "of a disabled user", "of a deleted user", "deleted"]
)
def test_a_key_that_ended_is_401_from_then_on(one: None, call: Any, issue: Any, what: str) -> None:
    key, text = issue(expires_at=timezone.now() + timedelta(minutes=1))
    assert call("/api/mine", f"Api-Key {text}").status_code == 200
    ends(what, key)
    response = call("/api/mine", f"Api-Key {text}")
    assert (response.status_code, response.json()) == (401, REFUSED)


def test_the_right_secret_with_the_prefix_of_another_key_is_401(
    one: None, call: Any, issue: Any
) -> None:
    (_, mine), (_, other) = issue(), issue()
    mixed = other[:12] + mine[12:]
    assert call("/api/mine", f"Api-Key {mixed}").json() == REFUSED


def test_an_unknown_prefix_is_as_much_work_as_a_wrong_secret(
    one: None, call: Any, issue: Any, django_assert_num_queries: Any, monkeypatch: Any
) -> None:
    hashed: list[str] = []
    digest = key_text.digest
    monkeypatch.setattr(key_text, "digest", lambda text: hashed.append(text) or digest(text))
    text = issue()[1]
    wrong = text[:-1] + ("a" if text[-1] != "a" else "b")
    unknown = key_text.new()[1]
    for sent in (wrong, unknown):
        hashed.clear()
        with django_assert_num_queries(1):
            assert call("/api/mine", f"Api-Key {sent}").json() == REFUSED
        assert hashed == [sent]


def test_the_database_does_not_know_the_key(issue: Any) -> None:
    text = issue("reports:read")[1]
    row = APIKey.objects.values().get()
    assert row["digest"] == key_text.digest(text)
    assert not any(text[12:] in str(value) for value in row.values())


REPORTED = {
    "mine.py": f"{GUARDED}\n    def GET(): return 1",
    "finds.py": """
        from fileapi.api_keys.models import APIKey
        def GET(req): APIKey.objects.find(req.headers["Authorization"][8:])
        """,
    "issues.py": """
        from fileapi.api_keys.models import APIKey
        def GET(): APIKey.objects.issue(None, "x")
        """,
}
A_KEY = re.compile(r"fk_[a-z0-9]{8}_[A-Za-z0-9]{43}")


# Without a fixture of the database, so that asking it fails.
@pytest.mark.parametrize("path", ["mine", "finds", "issues"])
def test_no_error_report_shows_a_key(
    write_tree: Any, mount_tree: Any, client: Any, path: str
) -> None:
    reports: list[str] = []

    def report(request: Any, **kwargs: Any) -> None:
        request.exception_reporter_filter = SafeExceptionReporterFilter()  # Django's own
        reporter = ExceptionReporter(request, *sys.exc_info())
        reports.extend([reporter.get_traceback_html(), reporter.get_traceback_text()])

    mount_tree(write_tree(REPORTED))
    client.raise_request_exception = False
    got_request_exception.connect(report)
    try:
        text = key_text.new()[1]
        response = client.get(f"/api/{path}", HTTP_AUTHORIZATION=f"Api-Key {text}")
    finally:
        got_request_exception.disconnect(report)
    assert response.status_code == 500
    html, plain = reports
    assert "<td>prefix</td>" in html  # the frame is there
    assert (A_KEY.findall(html), A_KEY.findall(plain)) == ([], [])
