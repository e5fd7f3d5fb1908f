from __future__ import annotations

from benchmarks.contenders.settings import *  # noqa: F403
from benchmarks.contenders.settings import INSTALLED_APPS

ROOT_URLCONF = "benchmarks.contenders.fileapi_site.urls"
INSTALLED_APPS = [*INSTALLED_APPS, "fileapi"]
WSGI_MAKER = "fileapi.wsgi"
ASGI_MAKER = "fileapi.asgi"
