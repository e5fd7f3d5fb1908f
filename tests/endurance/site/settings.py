"""The project's settings, and the number of threads that gunicorn is started with."""

from __future__ import annotations

import os

from project.settings import *  # noqa: F403

ROOT_URLCONF = "tests.endurance.site.urls"
FILEAPI_THREADS = int(os.environ.get("THREADS", "8"))
