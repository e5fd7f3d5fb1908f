"""A key counts for a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from fileapi.idempotency.models import IdempotencyKey

from .conftest import ORDER


def age(by: timedelta) -> None:
    for row in IdempotencyKey.objects.all():
        row.expires_at -= by
        row.save()


def test_h22_a_key_counts_for_24_hours(api: Any, send: Any, effects: Any, kept: Any) -> None:
    site = api({"a.py": ORDER})
    first = send(site)
    age(timedelta(hours=23, minutes=59))
    assert (send(site).content, effects()) == (first.content, 1)
    age(timedelta(minutes=2))
    second, third = send(site), send(site)
    assert (second.content == third.content != first.content, effects(), kept()) == (True, 2, 1)
    assert IdempotencyKey.objects.get().expires_at > timezone.now() + timedelta(hours=23)


def test_an_expired_key_is_good_for_another_request(api: Any, send: Any, effects: Any) -> None:
    site = api({"a.py": ORDER})
    send(site)
    age(timedelta(hours=25))
    assert send(site, json={"item": "coffee"}).status_code == 201
    assert send(site).status_code == 422
    assert effects() == 2


def test_a_failure_leaves_an_expired_row_as_it_was(
    api: Any, send: Any, effects: Any, kept: Any
) -> None:
    site = api({"a.py": ORDER})
    send(site)
    age(timedelta(hours=25))
    assert (send(site, json={}).status_code, effects(), kept()) == (400, 1, 1)
    assert (send(site).status_code, effects(), kept()) == (201, 2, 1)


def test_the_command_deletes_what_has_expired_alone(
    api: Any, send: Any, kept: Any, capsys: Any
) -> None:
    site = api({"a.py": ORDER})
    for key in ("one", "two"):
        send(site, key)
    age(timedelta(hours=25))
    send(site, "three")
    call_command("clear_idempotency_keys")
    assert (capsys.readouterr().out, kept()) == ("Deleted 2 expired idempotency keys.\n", 1)
    assert send(site, "three").headers["Idempotency-Replayed"] == "true"
