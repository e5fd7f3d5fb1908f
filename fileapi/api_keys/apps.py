from __future__ import annotations

from django.apps import AppConfig


class APIKeysConfig(AppConfig):
    name = "fileapi.api_keys"
    label = "fileapi_api_keys"
    verbose_name = "API keys"
    default_auto_field = "django.db.models.BigAutoField"
