"""Error reports by mail and on Django's page show no secret; what they would show without us."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils.log import AdminEmailHandler
from django.views.debug import get_default_exception_reporter_filter

from fileapi.reports import ReportFilter

OURS = "fileapi.reports.ReportFilter"
DJANGOS = "django.views.debug.SafeExceptionReporterFilter"

FILES = {
    "sync.py": """
        def POST(req, body):
            name, password_hash = "canary" + "-local", {"a": ["canary" + "-nested"]}
            raise RuntimeError("a bug")
    """,
    "later.py": """
        async def POST(req, body):
            name, password_hash = "canary" + "-local", {"a": ["canary" + "-nested"]}
            raise RuntimeError("a bug")
    """,
    "form.py": """
        def POST(req):
            first = req.django.POST["password"]
            raise RuntimeError("a bug")
    """,
}

SETTINGS = {
    "SHOP": {"url": "redis://:canary-inner@cache/0", "list": ["amqp://a:canary-list@mq"]},
    "SHOP_DATABASE_URL": "canary-broken-url",
    "CACHES": {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "redis://ada:canary-location@cache/0",
        }
    },
    "SHOP_PAGE": "https://example.com/visible",
}


@pytest.fixture
def loading() -> str:
    """Import on first use: that makes no difference here."""
    return "lazy"


class Mails(AdminEmailHandler):
    """Keeps the mails instead of sending them."""

    def __init__(self) -> None:
        super().__init__(include_html=True)
        self.sent: list[str] = []

    def send_mail(self, subject: str, message: str, *args: Any, **options: Any) -> None:
        self.sent.append("\n".join([subject, message, options["html_message"]]))


@pytest.fixture(params=[OURS, DJANGOS], ids=["ours", "Django's"])
def mailed(
    request: pytest.FixtureRequest, settings: Any
) -> Iterator[Callable[[], tuple[bool, str]]]:
    """Return whether our filter is at work, and the mail that the administrators get."""
    settings.DEFAULT_EXCEPTION_REPORTER_FILTER = request.param
    get_default_exception_reporter_filter.cache_clear()
    mails = Mails()
    mails.setLevel(logging.ERROR)
    logging.getLogger("django").addHandler(mails)

    def mailed() -> tuple[bool, str]:
        [mail] = mails.sent
        return request.param == OURS, mail

    yield mailed
    logging.getLogger("django").removeHandler(mails)
    get_default_exception_reporter_filter.cache_clear()


@pytest.mark.parametrize("name", ["sync", "later"])
def test_g13_variables_and_cookies_are_not_mailed(api: Any, mailed: Any, name: str) -> None:
    response = api(FILES).post(
        f"/api/{name}",
        json={"password": "canary-body"},
        headers={
            "Cookie": "refresh=canary-cookie",
            "Authorization": "Bearer canary-token",
            "Sec-Fetch-Site": "same-origin",
        },
    )
    assert response.status_code == 500
    assert "canary" not in response.content.decode()
    is_ours, text = mailed()
    assert "RuntimeError" in text
    assert "password_hash" in text  # by name
    assert "canary-token" not in text
    for canary in ("canary-local", "canary-nested", "canary-body", "canary-cookie"):
        assert (canary in text) != is_ours


def test_g13_the_fields_of_a_form_are_not_mailed(api: Any, mailed: Any) -> None:
    form = "email=canary-email&password=canary-password&password=canary-second"
    response = api(FILES).post(
        "/api/form", data=form, content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 500
    is_ours, text = mailed()
    assert "password" in text
    for canary in ("canary-email", "canary-second"):
        assert (canary in text) != is_ours


def test_g13_settings_and_variables_of_the_process_are_not_mailed(
    api: Any, mailed: Any, settings: Any
) -> None:
    for name, value in SETTINGS.items():
        setattr(settings, name, value)
    api(FILES).post("/api/sync", json={}, **_environ("canary-environ"))
    is_ours, text = mailed()
    assert "https://example.com/visible" in text
    for canary in ("inner", "list", "location", "broken-url"):
        assert (f"canary-{canary}" in text) != is_ours


def test_g13_the_environment_that_runserver_puts_beside_the_headers_is_hidden() -> None:
    request = RequestFactory().get("/", **_environ("canary"), PATH_TO_PROXY="/visible")
    shown = ReportFilter().get_safe_request_meta(request)
    assert "canary" not in repr(shown)
    assert shown["PATH_TO_PROXY"] == "/visible"
    assert shown["SERVER_NAME"] == "testserver"


def _environ(canary: str) -> dict[str, str]:
    return {
        "DATABASE_URL": f"postgres://ada:{canary}@db/site",
        "REDIS_URL": f"redis://{canary}",
        "CACHE_URL": canary,
        "SENTRY_DSN": f"https//{canary}",
        "CELERY_BROKER": f"amqp://ada:{canary}/with/a/slash@mq",
    }


def test_g13_the_site_uses_it(settings: Any) -> None:
    assert settings.DEFAULT_EXCEPTION_REPORTER_FILTER == OURS


def test_with_debug_on_a_page_shows_variables_and_forms_as_django_does(settings: Any) -> None:
    settings.DEBUG = True
    request = RequestFactory().post("/", {"field": "shown"}, headers={"Cookie": "a=shown"})
    reports = ReportFilter()
    assert reports.get_post_parameters(request)["field"] == "shown"
    assert reports.get_safe_cookies(request) == {"a": "shown"}
    assert reports.cleanse_setting("REDIS_URL", "redis://cache") == reports.cleansed_substitute
