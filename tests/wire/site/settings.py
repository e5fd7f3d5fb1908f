"""The project's settings in production, with route files for the wire and no database."""

from __future__ import annotations

from project.settings import *  # noqa: F403

ROOT_URLCONF = "tests.wire.site.urls"
DATABASES = {}
