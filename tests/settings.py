"""The site's settings, as production has them where that does not slow the tests."""

from __future__ import annotations

from project.settings import *  # noqa: F403

SECRET_KEY = "NOT-A-SECRET-but-long-enough-for-every-check-of-its-length"
DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
INSTALLED_APPS = [*INSTALLED_APPS, "tests.library"]  # noqa: F405
