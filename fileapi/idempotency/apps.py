from __future__ import annotations

from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    name = "fileapi.idempotency"
    label = "fileapi_idempotency"
    verbose_name = "Idempotency keys"
