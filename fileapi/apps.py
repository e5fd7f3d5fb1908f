"""The Django app: it registers, and changes nothing of the project's."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register
from django.utils.autoreload import file_changed


class FileApiConfig(AppConfig):
    name = "fileapi"
    verbose_name = "File API"

    def ready(self) -> None:
        from .checks import check_routes
        from .reload import keep_running

        register(check_routes, "fileapi")
        file_changed.connect(keep_running, dispatch_uid="fileapi")
