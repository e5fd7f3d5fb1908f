"""The login on real servers: browsers at once, several processes, a database for all."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests

from tests.live.client import at_once
from tests.live.servers import PRODUCTION, Server, manage

from . import provider_process
from .conftest import SECRET, SITE_URL, options

COUNTS = """
import json
from django.contrib.sessions.models import Session
from project.accounts.models import User
from project.oauth.models import Identity, PendingLogin
found = {
    "users": User.objects.count(),
    "identities": Identity.objects.count(),
    "pending": PendingLogin.objects.count(),
    "sessions": sum("_auth_user_id" in each.get_decoded() for each in Session.objects.all()),
}
print(json.dumps(found))
"""

_addresses = itertools.count(1)


class Site(NamedTuple):
    server: Server
    env: dict[str, str]

    def counts(self) -> dict[str, int]:
        done = manage("shell", "--no-imports", "-c", COUNTS, **self.env)
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout.splitlines()[-1]))

    def ask(self, browser: requests.Session, target: str) -> requests.Response:
        url = f"http://127.0.0.1:{self.server.port}{target}"
        return browser.get(url, allow_redirects=False, timeout=30)

    def started(self, browser: requests.Session) -> str:
        """Start a login and return where the site sends the browser."""
        answer = self.ask(browser, "/api/auth/acme/login?next=/welcome")
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]


def new_browser() -> requests.Session:
    browser = requests.Session()
    # The site believes this machine as its proxy, so each browser has its own limits.
    browser.headers["X-Forwarded-For"] = f"192.0.2.{next(_addresses)}"
    return browser


@pytest.fixture(params=["gunicorn", "uvicorn"])
def site(
    request: pytest.FixtureRequest, server: Any, issuers: dict[str, str], tmp_path_factory: Any
) -> Site:
    """gunicorn with two processes on PostgreSQL, and uvicorn on SQLite."""
    if request.param == "gunicorn":
        url = request.getfixturevalue("postgres_url")
    else:
        folder: Path = tmp_path_factory.getbasetemp()
        url = f"sqlite:///{folder / 'oauth.sqlite3'}"
    acme = options("acme", issuers["acme"])
    env = {
        **PRODUCTION,
        "DATABASE_URL": url,
        "SECURE_COOKIES": "off",  # for there is no TLS
        "WEB_CONCURRENCY": "2",
        "FILEAPI_TRUSTED_PROXIES": "127.0.0.1",
        "SITE_URL": SITE_URL,
        "LOG_LEVEL": "DEBUG",
        "OAUTH_PROVIDERS": "acme",
        "OAUTH_ACME_ISSUER": acme["issuer"],
        "OAUTH_ACME_CLIENT_ID": acme["client_id"],
        "OAUTH_ACME_CLIENT_SECRET": acme["client_secret"],
    }
    migrated = manage("migrate", "--verbosity=0", **env)
    assert migrated.returncode == 0, migrated.stderr
    return Site(server(request.param, env), env)


def added(site: Site, before: dict[str, int]) -> dict[str, int]:
    after = site.counts()
    return {name: after[name] - before[name] for name in after}


def test_g27_a_callback_twenty_times_at_once_is_one_login(site: Site) -> None:
    before = site.counts()
    with new_browser() as browser:
        target = provider_process.log_in(site.started(browser), "nobody")
        cookies = browser.cookies.get_dict()
        headers = dict(browser.headers)

    def come_back(_: int) -> requests.Response:
        with requests.Session() as same:
            same.headers.update(headers)
            same.cookies.update(cookies)
            return site.ask(same, target)

    answers = at_once(come_back, range(20))
    assert Counter(answer.status_code for answer in answers) == {303: 1, 400: 19}
    assert added(site, before) == {"users": 1, "identities": 1, "pending": 0, "sessions": 1}
    winner = next(answer for answer in answers if answer.status_code == 303)
    assert winner.headers["Location"] == "/welcome"
    assert winner.cookies["sessionid"] != cookies["sessionid"]
    assert come_back(0).status_code == 400


def test_g27_twenty_first_logins_of_one_person_at_once_are_one_account(site: Site) -> None:
    before = site.counts()
    browsers = [new_browser() for _ in range(20)]
    targets = [provider_process.log_in(site.started(each), "bob") for each in browsers]
    both = list(zip(browsers, targets, strict=True))
    answers = at_once(lambda one: site.ask(*one), both)
    for browser in browsers:
        browser.close()
    # Some may have waited too long for a turn at the provider or a connection, and are told so.
    assert {answer.status_code for answer in answers} <= {303, 503}
    logged_in = sum(answer.status_code == 303 for answer in answers)
    assert logged_in >= 4
    counts = added(site, before)
    assert counts.pop("pending") <= len(answers) - logged_in
    assert counts == {"users": 1, "identities": 1, "sessions": logged_in}


def test_g26_a_servers_log_at_its_most_talkative_has_no_secret(site: Site) -> None:
    with new_browser() as browser:
        url = site.started(browser)
        target = provider_process.log_in(url, "ada")
        assert site.ask(browser, target).status_code == 303
        assert site.ask(browser, target).status_code == 400
        told = [SECRET, *browser.cookies.values()]
    told += [value for value in target.replace("=", "&").split("&") if len(value) > 30]
    printed = site.server.printed()
    assert "callback" in printed
    assert len(told) >= 4
    assert [secret for secret in told if secret in printed] == []
