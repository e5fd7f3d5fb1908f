"""The project's settings in production, with a key that the tests know, and no database."""

from __future__ import annotations

from project.settings import *  # noqa: F403
from tests.auth.crafted import FILEAPI_JWT  # noqa: F401

ROOT_URLCONF = "tests.auth.site.urls"
DATABASES = {}
