"""``manage.py apikeys``"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from fileapi.api_keys.key_text import PREFIX_LENGTH, START
from fileapi.api_keys.models import APIKey

COLUMNS = ("KEY", "USER", "NAME", "SCOPES", "CREATED", "LAST USED", "EXPIRES", "STATE")


class Command(BaseCommand):
    help = "Issue, list and revoke API keys."
    requires_system_checks = []  # a leaked key can be revoked while a route file is broken

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        issue = actions.add_parser("issue", help="create a key, and print it this once")
        issue.add_argument("--user", required=True, help="the name that the user logs in with")
        issue.add_argument("--name", required=True, help="what the key is for")
        issue.add_argument(
            "--scope", action="append", default=[], help="what it may do; may be given repeatedly"
        )
        issue.add_argument("--days", type=int, help="how long it lasts; for good without it")
        actions.add_parser("list", help="list every key, without its secret")
        revoke = actions.add_parser("revoke", help="let nobody in by a key from now on")
        revoke.add_argument("prefix", help=f"the key's first letters, such as {START}3kd82hf0")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "issue":
            self.issue(options["user"], options["name"], options["scope"], options["days"])
        elif options["action"] == "list":
            self.list()
        else:
            self.revoke(options["prefix"])

    def issue(self, user: str, name: str, scopes: list[str], days: int | None) -> None:
        try:
            key, text = APIKey.objects.issue(
                _user(user), name, scopes=scopes, expires_at=_days_from_now(days)
            )
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        # On a stream of its own: KEY=$(manage.py apikeys issue ...) gets the key alone.
        self.stderr.write(f"The key {key} of {user}. Keep it now: nothing shows it again.")
        self.stdout.write(text)

    def list(self) -> None:
        rows = [COLUMNS]
        for key in APIKey.objects.select_related("user").order_by("pk"):
            rows.append(
                (
                    str(key),
                    _printable(key.user.get_username()),
                    _printable(key.name),
                    _printable(key.scope) or "-",
                    _time(key.created_at),
                    _time(key.last_used_at),
                    _time(key.expires_at),
                    key.state(),
                )
            )
        widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())

    def revoke(self, prefix: str) -> None:
        key = APIKey.objects.filter(prefix=prefix.removeprefix(START)).first()
        if key is None:
            shown = prefix[: len(START) + PREFIX_LENGTH]  # what follows may be a secret
            raise CommandError(f"No key is {shown!r}. See them by: manage.py apikeys list")
        done = "is revoked" if key.revoke() else "was revoked already"
        self.stdout.write(f"The key {key} {done}.")


def _user(name: str) -> AbstractBaseUser:
    model = get_user_model()
    try:
        user: AbstractBaseUser = model._default_manager.get_by_natural_key(name)
    except ObjectDoesNotExist as error:
        raise CommandError(f"No user has the {model.USERNAME_FIELD} {name!r}.") from error
    except MultipleObjectsReturned as error:
        raise CommandError(f"Several users have the {model.USERNAME_FIELD} {name!r}.") from error
    if not user.is_active:
        raise CommandError(f"The user {name!r} is disabled, and so would be the key.")
    return user


def _days_from_now(days: int | None) -> datetime | None:
    if days is None:
        return None
    if days < 1:
        raise CommandError(f"--days {days}: a key lasts for one day at least.")
    try:
        return timezone.now() + timedelta(days=days)
    except OverflowError as error:
        raise CommandError(f"--days {days}: no date is that far. Leave it out.") from error


def _time(time: datetime | None) -> str:
    return time.strftime("%Y-%m-%d %H:%M") if time else "-"


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)
