"""``manage.py clear_idempotency_keys``"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS

from fileapi.idempotency.models import IdempotencyKey


class Command(BaseCommand):
    help = "Delete the idempotency keys that have expired, and their answers. Run it daily."
    requires_system_checks = []  # it goes on while a route file is broken

    def handle(self, *args: Any, **options: Any) -> None:
        count, _ = IdempotencyKey.objects.using(DEFAULT_DB_ALIAS).expired().delete()
        self.stdout.write(f"Deleted {count} expired idempotency keys.")
