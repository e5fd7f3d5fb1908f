"""Keys on PostgreSQL, behind gunicorn: issued and revoked by the command while it serves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.live import postgres
from tests.live.client import at_once
from tests.live.servers import PRODUCTION, Server, manage
from tests.live.sites import PACKAGE, write_site

AT_ONCE = 20
ROUTES = {
    "mine.py": """\
        from fileapi import Config
        from fileapi.api_keys import APIKeyAuthentication, HasScope

        config = Config(auth=[APIKeyAuthentication], permissions=[HasScope("reports:read")])

        def GET(req):
            return {"user": req.user.email}
        """,
}
COUNT_WRITES = """
    CREATE TABLE writes (prefix text);
    CREATE FUNCTION count_write() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN INSERT INTO writes VALUES (NEW.prefix); RETURN NEW; END';
    CREATE TRIGGER count_write BEFORE UPDATE ON fileapi_api_keys_apikey
      FOR EACH ROW EXECUTE FUNCTION count_write();
    """


@pytest.fixture(scope="module")
def url(need: Any) -> Iterator[str]:
    """The URL of a migrated database with one user in it."""
    server = postgres.found()
    need(server is not None, postgres.HOW_TO_GET_IT)
    assert server is not None
    with postgres.fresh_database(server) as url:
        run("migrate", "--verbosity=0", DATABASE_URL=url)
        run("createsuperuser", "--noinput", "--email=ada@example.com", DATABASE_URL=url)
        with psycopg.connect(url) as connection:
            connection.execute(COUNT_WRITES)
        yield url


@pytest.fixture(scope="module")
def site(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("keys")
    write_site(folder, ROUTES)
    env = {**PRODUCTION, "DATABASE_URL": url, "WEB_CONCURRENCY": "2", "THREADS": "8"}
    server = Server("gunicorn", PACKAGE, folder, env, folder / "output.txt")
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()


def run(*arguments: str, **env: str) -> str:
    done = manage(*arguments, **env)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def issue(url: str) -> str:
    options = ("--user=ada@example.com", "--name=export", "--scope=reports:read")
    return run("apikeys", "issue", *options, DATABASE_URL=url)


def test_of_requests_at_once_all_get_in_and_one_writes(site: Server, url: str) -> None:
    text = issue(url)
    headers = {"Authorization": f"Api-Key {text}"}
    answers = at_once(lambda _: site.ask("GET", "/api/mine", None, headers), range(AT_ONCE))
    assert [answer.status for answer in answers] == AT_ONCE * [200], site.printed()
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT count(*) FROM writes WHERE prefix = %s", [text[3:11]])
        assert found.fetchone() == (1,)


def test_a_key_revoked_by_the_command_is_401_at_once(site: Server, url: str) -> None:
    text = issue(url)
    headers = {"Authorization": f"Api-Key {text}"}
    assert site.ask("GET", "/api/mine", None, headers).json() == {"user": "ada@example.com"}
    assert run("apikeys", "revoke", text[:11], DATABASE_URL=url).endswith("is revoked.")
    answer = site.ask("GET", "/api/mine", None, headers)
    assert (answer.status, answer.headers["www-authenticate"]) == (401, "Api-Key")


@pytest.mark.parametrize("spoilt", ["\xe9", "\xff", " ", "%00", "'", "=", ","])
def test_no_spelling_is_an_error_of_the_server(site: Server, url: str, spoilt: str) -> None:
    text = "fk_ab12cd34_" + 43 * "x"
    for place in (5, 20):
        sent = text[:place] + spoilt + text[place + 1 :]
        answer = site.ask("GET", "/api/mine", None, {"Authorization": f"Api-Key {sent}"})
        assert (answer.status, answer.json()["detail"]) == (401, "The API key is not valid.")


def test_two_headers_are_none(site: Server, url: str) -> None:
    text = issue(url)
    for header in (f"Api-Key {text}, Api-Key {text}", f"Basic eDp4, Api-Key {text}"):
        assert site.ask("GET", "/api/mine", None, {"Authorization": header}).status == 401
