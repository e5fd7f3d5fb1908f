"""The Django app: it registers, and changes nothing of the project's."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, register
from django.utils.autoreload import file_changed


class FileApiConfig(AppConfig):
    name = "fileapi"
    verbose_name = "File API"

    def ready(self) -> None:
        register(check, "fileapi")
        file_changed.connect(keep_running, dispatch_uid="fileapi")


# A server that answers requests imports neither of the two.


def check(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Return the problems of the API folders."""
    from .checks import check_routes

    return check_routes(app_configs, **kwargs)


def keep_running(sender: object, **kwargs: Any) -> bool:
    """Tell runserver's reloader which changed files need no restart."""
    from .reload import is_loaded_anew

    return is_loaded_anew(kwargs["file_path"])
