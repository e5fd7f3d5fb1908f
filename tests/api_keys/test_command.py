"""``manage.py apikeys``"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from fileapi.api_keys.models import APIKey
from project.accounts.models import User
from tests.live.servers import REPOSITORY, manage
from tests.live.sites import PACKAGE, write_site


class Said(NamedTuple):
    out: str
    err: str


@pytest.fixture
def apikeys(user: User) -> Callable[..., Said]:
    """Run the command; return what it says."""

    def apikeys(*arguments: str) -> Said:
        out, err = StringIO(), StringIO()
        call_command("apikeys", *arguments, stdout=out, stderr=err, no_color=True)
        return Said(out.getvalue(), err.getvalue())

    return apikeys


ISSUE = ("issue", "--user", "ada@example.com", "--name", "nightly export")


def test_it_issues_a_key_and_prints_it_alone(apikeys: Any, user: User) -> None:
    said = apikeys(*ISSUE, "--scope", "reports:read", "--scope", "users:read")
    key = APIKey.objects.find(said.out.removesuffix("\n"))
    assert key is not None
    assert (key.user, key.name, key.expires_at) == (user, "nightly export", None)
    assert key.scopes == {"reports:read", "users:read"}
    assert said.err == (f"The key {key} of ada@example.com. Keep it now: nothing shows it again.\n")


def test_a_key_lasts_as_many_days_as_it_is_given(apikeys: Any) -> None:
    apikeys(*ISSUE, "--days", "30")
    expires_at = APIKey.objects.get().expires_at
    assert expires_at is not None
    in_30_days = timezone.now() + timedelta(days=30)
    assert timedelta() <= in_30_days - expires_at < timedelta(minutes=1)


def test_a_user_is_named_as_for_a_login(apikeys: Any, user: User) -> None:
    apikeys("issue", "--user", "ADA@Example.com", "--name", "x")
    assert APIKey.objects.get().user == user


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"--user": "eve@example.com"}, "No user has the email 'eve@example.com'."),
        ({"--user": ""}, "No user has the email ''."),
        ({"--name": ""}, "This field cannot be blank."),
        ({"--name": 101 * "x"}, "at most 100 characters"),
        ({"--scope": "a b"}, "'a b' is no scope: a scope is printable ASCII"),
        ({"--days": "0"}, "--days 0: a key lasts for one day at least."),
        ({"--days": "-1"}, "--days -1: a key lasts for one day at least."),
        ({"--days": "4000000"}, "--days 4000000: no date is that far."),
        ({"--days": "9" * 30}, "no date is that far."),
        ({"--days": "many"}, "invalid int value: 'many'"),
    ],
)
def test_what_cannot_be_issued_is_said(
    apikeys: Any, arguments: dict[str, str], message: str
) -> None:
    given = {"--user": "ada@example.com", "--name": "x", **arguments}
    with pytest.raises(CommandError) as caught:
        apikeys("issue", *(f"{name}={value}" for name, value in given.items()))
    assert message in str(caught.value)
    assert not APIKey.objects.exists()


def test_a_disabled_user_gets_no_key(apikeys: Any) -> None:
    User.objects.update(is_active=False)
    with pytest.raises(CommandError, match="is disabled, and so would be the key"):
        apikeys(*ISSUE)


@pytest.mark.parametrize("arguments", [[], ["issue"], ["revoke"], ["delete"]])
def test_an_action_and_what_it_needs_must_be_named(apikeys: Any, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        apikeys(*arguments)


def test_it_lists_the_keys_without_their_secrets(apikeys: Any, issue: Any) -> None:
    assert apikeys("list").out.split() == (
        ["KEY", "USER", "NAME", "SCOPES", "CREATED", "LAST", "USED", "EXPIRES", "STATE"]
    )
    texts = [
        issue("reports:read", expires_at=timezone.now() + timedelta(days=1))[1],
        issue(expires_at=timezone.now())[1],
        issue()[1],
    ]
    APIKey.objects.get(prefix=texts[2][3:11]).revoke()
    APIKey.objects.get(prefix=texts[0][3:11]).note_use()
    said = apikeys("list")
    lines = said.out.splitlines()[1:]
    assert [line.split()[0] for line in lines] == [text[:11] for text in texts]
    assert [line.split()[-1] for line in lines] == ["live", "expired", "revoked"]
    assert all("ada@example.com" in line and "nightly export" in line for line in lines)
    assert "reports:read" in lines[0]
    today = timezone.now().strftime("%Y-%m-%d")
    assert [line.count(today) for line in lines] == [2, 2, 1]
    digests = APIKey.objects.values_list("digest", flat=True)
    assert not any(secret in said.out for secret in (*digests, *(text[12:] for text in texts)))
    User.objects.update(is_active=False)
    assert apikeys("list").out.splitlines()[1].endswith("  user disabled")


def test_a_name_writes_no_line_of_its_own(apikeys: Any) -> None:
    apikeys("issue", "--user", "ada@example.com", "--name", "a\nfk_00000000\x1b[2J")
    _, line = apikeys("list").out.splitlines()
    assert "a?fk_00000000?[2J" in line


@pytest.mark.parametrize("start", ["", "fk_"])
def test_it_revokes_one_key(apikeys: Any, issue: Any, start: str) -> None:
    (key, text), (_, other) = issue(), issue()
    assert apikeys("revoke", start + key.prefix).out == f"The key {key} is revoked.\n"
    assert APIKey.objects.find(text) is None
    assert APIKey.objects.find(other) is not None
    when = APIKey.objects.get(pk=key.pk).revoked_at
    assert apikeys("revoke", key.prefix).out == f"The key {key} was revoked already.\n"
    assert APIKey.objects.get(pk=key.pk).revoked_at == when


def test_a_key_that_is_not_there_cannot_be_revoked(apikeys: Any, issue: Any) -> None:
    text = issue()[1]
    for prefix in ("fk_00000000", "", "fk_", "%", text[3:10]):
        with pytest.raises(CommandError, match=r"See them by: manage\.py apikeys list"):
            apikeys("revoke", prefix)
    with pytest.raises(CommandError) as caught:
        apikeys("revoke", text)
    assert text[12:] not in str(caught.value)
    assert APIKey.objects.find(text) is not None


def test_a_mistake_in_a_route_file_does_not_keep_it_from_running(tmp_path: Path) -> None:
    write_site(tmp_path, {"broken.py": "import nothing_of_this_name"})
    where: Any = {"package": PACKAGE, "folder": tmp_path}
    env = {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3"}
    assert manage("migrate", "--skip-checks", "--verbosity=0", **where, **env).returncode == 0
    assert "nothing_of_this_name" in manage("check", **where, **env).stderr
    done = manage("apikeys", "list", **where, **env)
    assert (done.returncode, done.stdout.split()[:2]) == (0, ["KEY", "USER"])


@pytest.mark.django_db
def test_the_migrations_are_those_of_the_models() -> None:
    call_command("makemigrations", "fileapi_api_keys", check=True, dry_run=True, verbosity=0)


OF_DJANGO = """
import django, warnings
from django.conf import settings
warnings.simplefilter("error")
settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "fileapi.api_keys"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField", USE_TZ=False,
)
django.setup()
from io import StringIO
from django.contrib.auth.models import User
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("makemigrations", check=True, dry_run=True, verbosity=0)
ada = User.objects.create_user("ada")
out = StringIO()
call_command("apikeys", "issue", "--user", "ada", "--name", "x", "--days", "1", stdout=out)
from fileapi.api_keys.models import APIKey
key = APIKey.objects.find(out.getvalue().strip())
assert key.user == ada
key.note_use()
assert APIKey.objects.get().last_used_at
call_command("apikeys", "list")
"""


def test_djangos_own_users_and_naive_times_will_do() -> None:
    done = subprocess.run(
        [sys.executable, "-c", OF_DJANGO],
        env={"PYTHONPATH": str(REPOSITORY), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "  ada   x" in done.stdout
