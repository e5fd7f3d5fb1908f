from __future__ import annotations

from benchmarks.contenders.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.contenders.fileapi_site.urls"
INSTALLED_APPS = ["fileapi"]
