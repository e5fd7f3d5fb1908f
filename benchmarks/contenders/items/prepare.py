"""Fill the database of a contender: the rows to list, and the user of the guarded route."""

from __future__ import annotations

from benchmarks.cases import EMAIL, USER_ID, items


def prepare(count: int) -> str:
    """Make the tables, ``count`` rows and a user in place of what was there; return a token."""
    from django.contrib.auth.models import User
    from django.core.management import call_command

    from benchmarks.contenders.items.models import Item
    from fileapi.auth import issue

    call_command("migrate", run_syncdb=True, verbosity=0)
    Item.objects.all().delete()
    User.objects.all().delete()
    Item.objects.bulk_create(Item(**item) for item in items(count))
    user = User.objects.create(id=USER_ID, username="reader", email=EMAIL)
    return issue(user, lifetime=3600)
