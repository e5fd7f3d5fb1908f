"""The project's settings, with other route files, and without a database that nobody names."""

from __future__ import annotations

import os

from project.settings import *  # noqa: F403

ROOT_URLCONF = "tests.serverless.site.urls"
if "DATABASE_URL" not in os.environ:
    DATABASES = {}
elif seconds := os.environ.get("KEEP_CONNECTIONS"):
    DATABASES["default"]["CONN_MAX_AGE"] = float(seconds)
