"""The Django app: it registers, and changes nothing of the project's."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, register
from django.utils.autoreload import file_changed

from . import conf


class FileApiConfig(AppConfig):
    name = "fileapi"
    verbose_name = "File API"

    def ready(self) -> None:
        """Register the checks. Raises ImproperlyConfigured for what would fail later, or hide."""
        conf.rate_store()
        if hasattr(settings, "FILEAPI_JWT"):
            from .auth.settings import check_settings

            check_settings()
        register(check, "fileapi")
        register(check_deployment, "fileapi", deploy=True)
        file_changed.connect(keep_running, dispatch_uid="fileapi")


# A server that answers requests imports none of these.


def check(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Return the problems of the API folders."""
    from .checks import check_routes

    return check_routes(app_configs, **kwargs)


def check_deployment(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Return what is seldom meant on a server that others reach."""
    from . import deployment

    return deployment.check_deployment(app_configs, **kwargs)


def keep_running(sender: object, **kwargs: Any) -> bool:
    """Tell runserver's reloader which changed files need no restart."""
    from .reload import is_loaded_anew

    return is_loaded_anew(kwargs["file_path"])
