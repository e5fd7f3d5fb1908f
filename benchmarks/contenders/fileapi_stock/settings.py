"""The site of fileapi, under Django's own handler."""

from __future__ import annotations

from benchmarks.contenders.fileapi_site.settings import *  # noqa: F403

WSGI_MAKER = "django.core.wsgi"
ASGI_MAKER = "django.core.asgi"
