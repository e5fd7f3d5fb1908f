"""EMAIL_URL as settings of the Django that runs."""

from __future__ import annotations

from typing import Any

import django
import environ
from django.core.exceptions import ImproperlyConfigured

TIMEOUT = 10  # seconds; without one, a mail server that hangs holds a worker for ever

_OPTIONS = {
    "host": "EMAIL_HOST",
    "port": "EMAIL_PORT",
    "username": "EMAIL_HOST_USER",
    "password": "EMAIL_HOST_PASSWORD",
    "use_tls": "EMAIL_USE_TLS",
    "use_ssl": "EMAIL_USE_SSL",
    "timeout": "EMAIL_TIMEOUT",
    "file_path": "EMAIL_FILE_PATH",
}
_BY_BACKEND = {
    "django.core.mail.backends.smtp.EmailBackend": list(_OPTIONS)[:-1],
    "django.core.mail.backends.filebased.EmailBackend": ["file_path"],
}


def mail_settings(url: str) -> dict[str, Any]:
    """Return what a mail server's URL means: ``MAILERS`` from Django 6.1 on, ``EMAIL_*`` before.

    Raises ImproperlyConfigured for what is no such URL, without its text: that has a password.
    """
    try:
        given = {**environ.Env.email_url_config(url), "EMAIL_TIMEOUT": TIMEOUT}
    except (ImproperlyConfigured, ValueError):
        raise ImproperlyConfigured(
            "EMAIL_URL is no URL of a mail server, such as smtp+tls://user:password@host:587, "
            "nor consolemail:// or filemail:////folder."
        ) from None
    backend = given["EMAIL_BACKEND"]
    options = {
        name: given[_OPTIONS[name]]
        for name in _BY_BACKEND.get(backend, ())
        if given.get(_OPTIONS[name]) is not None
    }
    if django.VERSION >= (6, 1):
        return {"MAILERS": {"default": {"BACKEND": backend, "OPTIONS": options}}}
    return {"EMAIL_BACKEND": backend, **{_OPTIONS[name]: value for name, value in options.items()}}
