"""Fill the database of a contender: the rows to list, and the user of the guarded route."""

from __future__ import annotations

from benchmarks.cases import EMAIL, USER_ID, items


def make_rows(count: int) -> None:
    """Make the table and ``count`` rows."""
    from django.db import connection

    from benchmarks.contenders.items.models import Item

    with connection.schema_editor() as editor:
        editor.create_model(Item)
    Item.objects.bulk_create(Item(**item) for item in items(count))


def make_user() -> str:
    """Make the tables of Django's users and one of them. Return an access token of theirs."""
    from django.contrib.auth.models import User
    from django.core.management import call_command

    from fileapi.auth import issue

    call_command("migrate", verbosity=0)
    user = User.objects.create(id=USER_ID, username="reader", email=EMAIL)
    return issue(user, lifetime=3600)
