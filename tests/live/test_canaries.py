"""Six secrets go through a real site, and come out of no log, no body and no error report.

A password, its hash, an access token, a refresh token, the secret of an OAuth client and the
database's URL; gunicorn and the site log at DEBUG, and every error is mailed as text and HTML.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import psycopg
import pytest

from .client import FORM, JSON, Answer
from .servers import PRODUCTION, Server, free_port, manage
from .sites import PACKAGE, write_files, write_site

EMAIL = "ada@example.com"
PASSWORD = "canary-password-4711"
WRONG = "canary-wrong-password-4712"
CLIENT_SECRET = "canary-client-secret-4713"
DATABASE_PASSWORD = "canary-database-4714"
REDIS_PASSWORD = "canary-redis-4716"
SECRET_KEY = "canary-secret-key-4715-that-is-long-enough-for-every-check"

SITE = {
    "settings.py": """
        from project.settings import *
        ROOT_URLCONF = "shop.urls"
        # As a site that mails its errors has it.
        LOGGING["handlers"]["mail"] = {"class": "shop.mails.Mails", "level": "ERROR"}
        LOGGING["loggers"]["django"] = {"handlers": ["mail"]}
        """,
    "urls.py": """
        from fileapi.urls import mount
        urlpatterns = [mount("api/", root="project.api"), mount("bugs/", root="shop.api")]
        """,
    "mails.py": """
        import os
        from django.utils.log import AdminEmailHandler

        class Mails(AdminEmailHandler):
            def __init__(self):
                super().__init__(include_html=True)

            def send_mail(self, subject, message, *args, html_message, **options):
                with open(os.environ["MAILS"], "a") as file:
                    print(subject, message, html_message, file=file)
        """,
}

BUGS = {
    "variables.py": """
        import os
        from django.conf import settings
        from project.accounts.models import User

        def POST(req, body):
            password, refresh = body["password"], body.get("refresh_token")
            authorization = req.headers.get("Authorization")
            user = User.objects.get(email=body["email"])
            hashed = user.password
            url, database = os.environ["DATABASE_URL"], settings.DATABASES
            providers = settings.OAUTH_PROVIDERS
            raise RuntimeError("a bug of a route")
        """,
    "later.py": """
        import os
        from project.accounts.models import User

        async def POST(req, body):
            password, url = body["password"], os.environ["DATABASE_URL"]
            hashed = (await User.objects.aget(email=body["email"])).password
            raise RuntimeError("a bug of an async route")
        """,
    "database.py": """
        from project.accounts.models import User
        from django.db import connection

        def POST(body):
            user = User.objects.get(email=body["email"])
            with connection.cursor() as cursor:
                cursor.execute("SELECT nothing WHERE %s = %s", [user.password, body["password"]])
        """,
}


class Provider(BaseHTTPRequestHandler):
    """A login provider that tells everybody what it was sent."""

    def do_GET(self) -> None:
        base = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
        metadata = {"issuer": base, "jwks_uri": f"{base}/jwks"}
        for name in ("authorization", "token"):
            metadata[f"{name}_endpoint"] = f"{base}/{name}"
        self.answer(200, metadata)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        sent = f"{self.headers['Authorization']} {body}"
        self.server.seen.append(sent)  # type: ignore[attr-defined]
        if parse_qs(body)["code"] == ["refused"]:
            self.answer(401, {"error": "invalid_client", "error_description": sent})
        else:
            self.answer(500, sent)

    def answer(self, status: int, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def provider() -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    server.seen = []
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class Site:
    """The server, all that it said, and what it must never say."""

    def __init__(self, server: Server, mails: Path) -> None:
        self.server = server
        self.mails = mails
        self.answers: list[Answer] = []
        self.canaries = {
            "password": PASSWORD,
            "wrong password": WRONG,
            "client secret": CLIENT_SECRET,
            "client secret in Basic": base64.b64encode(f"shop:{CLIENT_SECRET}".encode()).decode(),
            "database URL": DATABASE_PASSWORD,
            "secret key": SECRET_KEY,
        }

    def post(self, path: str, value: object, **headers: str) -> Answer:
        answer = self.server.ask("POST", path, json.dumps(value), {**JSON, **headers})
        self.answers.append(answer)
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        answer = self.server.ask("GET", path, headers=headers)
        self.answers.append(answer)
        return answer

    def keep(self, pair: dict[str, Any]) -> dict[str, Any]:
        """Look for these tokens from now on, and for the part of each that is the secret."""
        number = len(self.canaries)
        self.canaries[f"access token {number}"] = pair["access_token"].rpartition(".")[2]
        self.canaries[f"refresh token {number}"] = pair["refresh_token"].rpartition(".")[2]
        return pair

    def found(self) -> list[str]:
        """Return where a canary is: answers that hand out tokens are left out by the tests."""
        places = {
            "log": self.server.printed(),
            "mails": self.mails.read_text() if self.mails.exists() else "",
            "answers": repr(self.answers),
        }
        return [
            f"{name} in {place}: {text[max(0, text.find(canary) - 300) :][:600]}"
            for place, text in places.items()
            for name, canary in self.canaries.items()
            if canary in text
        ]


@pytest.fixture(scope="module")
def database(postgres_url: str) -> str:
    """The database's URL with a canary for a password, which a server that trusts us ignores."""
    parts = urlsplit(postgres_url)
    if parts.password:
        pytest.skip("DATABASE_URL_TEST names a server that asks for the password.")
    where = f"{parts.username}:{DATABASE_PASSWORD}@{parts.hostname}:{parts.port}"
    url = parts._replace(netloc=where).geturl()
    migrated = manage("migrate", "--verbosity=0", DATABASE_URL=url)
    assert migrated.returncode == 0, migrated.stderr
    return url


@pytest.fixture(scope="module")
def start(server: Any, provider: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("canaries")
    write_site(folder, BUGS)
    write_files(folder / PACKAGE, SITE)

    def start(database_url: str, **more: str) -> Site:
        mails = tmp_path_factory.mktemp("mails") / "mails.txt"
        env = {
            **PRODUCTION,
            "SECRET_KEY": SECRET_KEY,
            "DATABASE_URL": database_url,
            "LOG_LEVEL": "DEBUG",
            "WEB_CONCURRENCY": "1",
            "SITE_URL": "http://127.0.0.1",
            "OAUTH_PROVIDERS": "idp",
            "OAUTH_IDP_ISSUER": f"http://127.0.0.1:{provider.server_port}",
            "OAUTH_IDP_CLIENT_ID": "shop",
            "OAUTH_IDP_CLIENT_SECRET": CLIENT_SECRET,
            "DB_POOL_TIMEOUT": "1",
            "MAILS": str(mails),
            **more,
        }
        return Site(server("gunicorn", env, PACKAGE, folder), mails)

    return start


@pytest.fixture(scope="module")
def site(start: Any, database: str) -> Site:
    site: Site = start(database)
    assert site.post("/api/register", {"email": EMAIL, "password": PASSWORD}).status == 201
    with psycopg.connect(database) as connection:
        row = connection.execute("SELECT password FROM accounts_user").fetchone()
    assert row is not None
    algorithm, _, rest = row[0].partition("$")
    assert (algorithm, len(rest) > 31) == ("bcrypt_sha256", True)
    site.canaries["password hash"] = rest[-31:]  # the hash itself, behind its salt
    return site


def test_g13_registering_and_logging_in_tell_no_secret(site: Site) -> None:
    who = {"email": EMAIL, "password": PASSWORD}
    form = site.server.ask("POST", "/api/register", urlencode(who), FORM)
    site.answers.append(form)
    assert form.status == 409
    assert site.post("/api/register", {"email": PASSWORD, "password": WRONG}).status == 422
    assert site.post("/api/register", {"email": EMAIL, "password": [WRONG]}).status == 422
    assert site.post("/api/auth/login", {**who, "password": WRONG}).status == 401
    assert site.post("/api/auth/login", who).status == 200
    site.keep(site.answers.pop().json())
    broken = site.server.ask("POST", "/api/auth/login", f'{{"password": "{PASSWORD}"', JSON)
    site.answers.append(broken)
    assert broken.status == 400
    assert site.found() == []


def test_g13_using_tokens_tells_none_of_them(site: Site) -> None:
    first = site.keep(_login(site))
    token = first["access_token"]
    assert site.get("/api/auth/me", Authorization=f"Bearer {token}").status == 200
    for wrong in (f"Bearer {token}x", f"Bearer x.{token}", f"Basic {token}", f"Token {token}"):
        assert site.get("/api/auth/me", Authorization=wrong).status == 401
    # Where no token belongs.
    assert site.get(f"/api/nothing?access_token={token}", Cookie=f"a={token}").status == 404
    assert site.get("/api/auth/me", **{"X-Request-ID": f"{token[-50:]};"}).status == 401

    refresh = {"refresh_token": first["refresh_token"]}
    second = site.post("/api/auth/refresh", refresh)
    assert second.status == 200
    site.keep(site.answers.pop().json())
    assert site.post("/api/auth/refresh", refresh).status == 401  # a thief: the family dies
    assert site.post("/api/auth/refresh", second.json()).status == 401
    third = site.keep(_login(site))
    assert site.post("/api/auth/logout", {"refresh_token": third["refresh_token"]}).status == 204
    assert site.found() == []


def test_g13_an_error_report_tells_no_secret(site: Site) -> None:
    pair = site.keep(_login(site))
    sent = {"email": EMAIL, "password": PASSWORD, "refresh_token": pair["refresh_token"]}
    headers = {"Authorization": f"Bearer {pair['access_token']}", "Cookie": f"refresh={WRONG}"}
    for name in BUGS:
        path = f"/bugs/{name.removesuffix('.py')}"
        assert site.post(path, sent, **headers).status == 500
        form = site.server.ask("POST", path, urlencode(sent), {**FORM, **headers})
        site.answers.append(form)
        assert form.status == 500
    assert site.found() == []
    reports = site.mails.read_text()
    assert reports.count("Exception Value: a bug of a route\n") == 2
    assert reports.count("Exception Value: a bug of an async route\n") == 2
    assert reports.count("Exception Type: ProgrammingError at /bugs/database\n") == 2
    assert "hashed" in reports  # the variables are there by name


@pytest.mark.parametrize("code", ["refused", "broken"])
def test_g13_a_provider_that_repeats_the_secret_is_not_repeated(
    site: Site, provider: Any, code: str
) -> None:
    began = site.get("/api/auth/idp/login")
    assert began.status == 303
    state = parse_qs(urlsplit(began.headers["location"]).query)["state"][0]
    cookie = began.headers["set-cookie"].partition(";")[0]
    issuer = f"http://127.0.0.1:{provider.server_port}"
    query = urlencode({"state": state, "code": code, "iss": issuer})
    before = len(provider.seen)
    answer = site.get(f"/api/auth/idp/callback?{query}", Cookie=cookie)
    assert answer.status in (502, 503, 504)
    assert len(provider.seen) == before + 1
    basic = site.canaries["client secret in Basic"]
    assert basic in provider.seen[-1] or CLIENT_SECRET in provider.seen[-1]
    assert site.found() == []


def test_d23_g13_all_this_was_logged_as_events_of_one_line_each(site: Site) -> None:
    events = []
    for line in site.server.printed().splitlines():
        if line.startswith("{"):
            events.append(json.loads(line))
        else:  # what gunicorn says before it has loaded the site
            assert events == [], line
    assert {event["level"] for event in events} >= {"DEBUG", "INFO", "ERROR"}
    requests = [event for event in events if event["logger"] == "fileapi.request"]
    assert len(requests) >= len(site.answers)
    assert all(re.fullmatch("[0-9a-f]{32}", event["request_id"]) for event in requests)


def test_g13_stores_that_do_not_answer_tell_no_password(start: Any) -> None:
    nobody = f"127.0.0.1:{free_port()}"
    site: Site = start(
        f"postgres://ada:{DATABASE_PASSWORD}@{nobody}/site",
        REDIS_URL=f"redis://:{REDIS_PASSWORD}@{nobody}/0",
    )
    site.canaries["Redis URL"] = REDIS_PASSWORD
    who = {"email": EMAIL, "password": PASSWORD}
    assert site.post("/bugs/database", who).status == 503
    assert site.post("/api/register", who).status == 503
    assert site.post("/api/auth/login", who).status == 503
    assert site.found() == []
    assert "OperationalError" in site.mails.read_text()
    assert "OperationalError" in site.server.printed()
    assert "The rate store is down" in site.server.printed()


def _login(site: Site) -> dict[str, Any]:
    answer = site.post("/api/auth/login", {"email": EMAIL, "password": PASSWORD})
    assert answer.status == 200
    return dict(site.answers.pop().json())
