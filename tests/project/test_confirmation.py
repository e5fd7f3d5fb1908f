"""The mail after registration, and the link in it."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from project.accounts import confirmation, tasks
from project.accounts.models import User
from project.mail import mail_settings

from .conftest import EMAIL, PASSWORD

pytestmark = pytest.mark.django_db

PATH = "/api/register/confirm"
REFUSED = (400, "This link is not good any more, or never was.", [])


@pytest.fixture(autouse=True)
def at_home(settings: Any) -> None:
    settings.SITE_URL = "https://example.com"


@pytest.fixture
def register(call: Any) -> Callable[..., Any]:
    return lambda email=EMAIL: call("POST", "/api/register", {"email": email, "password": PASSWORD})


def work() -> None:
    """Do what there is to do, as `manage.py db_worker` does, and end."""
    call_command("db_worker", batch=True, startup_delay=False, verbosity=0, stdout=StringIO())


def token_of(message: Any) -> str:
    [url] = re.findall(r"https://\S+", message.body)
    parts = urlsplit(url)
    assert (parts.netloc, parts.path) == ("example.com", PATH)
    return parse_qs(parts.query)["token"][0]


@pytest.fixture
def token(register: Any) -> str:
    """The token of a mail to EMAIL."""
    register()
    work()
    return token_of(mail.outbox.pop())


def test_who_registers_gets_one_mail_whose_link_confirms_the_address(
    register: Any, call: Any, refused: Any
) -> None:
    assert register().status_code == 201
    assert mail.outbox == []  # nobody waits for a mail server
    work()
    work()
    [message] = mail.outbox
    assert (message.to, message.subject) == ([EMAIL], "Confirm your address")
    assert not User.objects.get().has_confirmed_email
    token = token_of(message)
    answer = call("POST", PATH, {"token": token})
    assert (answer.status_code, answer.json()) == (200, {"status": "confirmed"})
    assert User.objects.get().has_confirmed_email
    assert refused("POST", PATH, {"token": token}) == REFUSED


def test_the_link_opens_a_page_whose_button_confirms_and_which_confirms_nothing_itself(
    token: str,
) -> None:
    browser = Client(headers={"Sec-Fetch-Site": "same-origin", "Cookie": "a=b"})
    for method in (browser.get, browser.head):
        page = method(PATH, {"token": token})
        assert page.status_code == 200
    page = browser.get(PATH, {"token": token})
    assert (page["Content-Type"], page["Cache-Control"]) == ("text/html; charset=utf-8", "no-store")
    assert page["Referrer-Policy"] == "same-origin"  # the token is in the page's URL
    assert not User.objects.get().has_confirmed_email
    [hidden] = re.findall(r'name="token" value="([^"]*)"', page.content.decode())
    assert browser.post(PATH, {"token": hidden}).status_code == 200
    assert User.objects.get().has_confirmed_email


def test_the_page_repeats_nothing_as_markup(client: Client) -> None:
    page = client.get(PATH, {"token": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>" not in page


def test_a_token_is_refused_in_one_way_whatever_is_wrong_with_it(
    token: str, refused: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _, rest = token.partition(":")
    for wrong in ("x", ":", "::", "ä", token[:-1], f"{name}x:{rest}", token.swapcase(), 900 * "a"):
        assert refused("POST", PATH, {"token": wrong}) == REFUSED
    monkeypatch.setattr(confirmation, "LIFETIME", timedelta(seconds=-1))
    assert refused("POST", PATH, {"token": token}) == REFUSED
    monkeypatch.undo()
    User.objects.update(is_active=False)
    assert refused("POST", PATH, {"token": token}) == REFUSED
    User.objects.all().delete()
    assert refused("POST", PATH, {"token": token}) == REFUSED


@pytest.mark.parametrize("body", [None, [], {}, {"token": ""}, {"token": 1}, {"token": 2000 * "a"}])
def test_a_body_without_a_token_is_the_clients_fault(call: Any, body: Any) -> None:
    assert call("POST", PATH, body).status_code in (400, 422)


def test_another_address_is_not_confirmed_by_the_old_ones_link(
    token: str, call: Any, refused: Any
) -> None:
    User.objects.update(email="new@example.com")
    assert refused("POST", PATH, {"token": token}) == REFUSED
    User.objects.update(email=EMAIL)
    assert call("POST", PATH, {"token": token}).status_code == 200
    User.objects.update(email="new@example.com")
    assert not User.objects.get().has_confirmed_email


def test_a_signed_value_of_another_kind_is_no_token(refused: Any, ada: User) -> None:
    from django.core import signing

    for value in ([ada.pk, ada.email], {"id": ada.pk}):
        assert refused("POST", PATH, {"token": signing.dumps(value)}) == REFUSED


def test_an_address_that_is_taken_gets_no_mail(register: Any, ada: User) -> None:
    assert register().status_code == 409
    assert not DBTaskResult.objects.exists()


def test_the_user_and_the_task_are_written_together_or_not_at_all(
    register: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False

    def fail(*args: Any, **options: Any) -> None:
        raise RuntimeError("the process ends here")

    with monkeypatch.context() as patch:
        patch.setattr(User, "save", fail)
        assert register().status_code == 500
    assert (User.objects.count(), DBTaskResult.objects.count()) == (0, 0)
    assert register().status_code == 201
    assert (User.objects.count(), DBTaskResult.objects.count()) == (1, 1)


def test_the_row_of_the_task_holds_no_token(register: Any) -> None:
    register()
    work()
    row = DBTaskResult.objects.get()
    assert row.status == "SUCCESSFUL"
    assert row.args_kwargs == {"args": [EMAIL], "kwargs": {}}
    assert row.return_value is None


def test_nobody_is_mailed_who_has_gone_or_has_confirmed(register: Any) -> None:
    register()
    User.objects.update(confirmed_email=EMAIL)
    register("eve@example.com")
    User.objects.filter(email="eve@example.com").delete()
    work()
    assert mail.outbox == []


def test_a_mail_server_that_is_down_is_tried_again_later_and_later(
    register: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*args: Any, **options: Any) -> None:
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(tasks, "send_mail", down)
    register()
    for failures, delay in enumerate(tasks.DELAYS, 1):
        work()
        [waiting] = DBTaskResult.objects.filter(status="READY")
        assert waiting.args_kwargs["args"] == [EMAIL, failures]
        assert abs(waiting.run_after - timezone.now() - delay) < timedelta(seconds=30)
        DBTaskResult.objects.filter(pk=waiting.pk).update(run_after=timezone.now())
    work()
    [given_up] = DBTaskResult.objects.exclude(status="SUCCESSFUL")
    assert (given_up.status, "gone" in given_up.traceback) == ("FAILED", True)


def test_without_a_site_to_link_to_the_task_fails_and_says_so(
    register: Any, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SITE_URL = ""
    assert register().status_code == 201
    work()
    assert "SITE_URL is not set" in DBTaskResult.objects.get(status="FAILED").traceback


@pytest.mark.parametrize(
    ("url", "backend", "some"),
    [
        ("consolemail://", "console", {}),
        ("filemail:////var/mail", "filebased", {"file_path": "/var/mail"}),
        (
            "smtp+tls://me:p%40ss@mail.example.com:587",
            "smtp",
            {"host": "mail.example.com", "port": 587, "password": "p@ss", "use_tls": True},
        ),
        ("smtp+ssl://mail.example.com:465", "smtp", {"use_ssl": True, "timeout": 10}),
    ],
)
def test_email_url_says_how_mails_go_out(url: str, backend: str, some: dict[str, Any]) -> None:
    found = mail_settings(url)
    if "MAILERS" in found:
        given = found["MAILERS"]["default"]
        named, options = given["BACKEND"], given["OPTIONS"]
    else:
        from project.mail import _OPTIONS

        named = found["EMAIL_BACKEND"]
        options = {name: found[long] for name, long in _OPTIONS.items() if long in found}
    assert named == f"django.core.mail.backends.{backend}.EmailBackend"
    assert options.items() >= some.items()


@pytest.mark.parametrize(
    "url", ["", "mail.example.com", "pop3://me:secret@host", "smtp://h:x:secret"]
)
def test_a_wrong_email_url_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL is no URL") as caught:
        mail_settings(url)
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__
