"""What every contender on Django shares; each one's own settings name its URLs and apps."""

from __future__ import annotations

import os

from benchmarks.cases import AUDIENCE, ISSUER, SECRET

SECRET_KEY = "benchmark"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
USE_TZ = True
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "benchmarks.contenders.items",
]
# Whose get_wsgi_application() and get_asgi_application() make the application.
WSGI_MAKER = "django.core.wsgi"
ASGI_MAKER = "django.core.asgi"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# A database in memory where instructions are counted, PostgreSQL and its pool in the race.
if "RACE_DATABASE" in os.environ:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": "127.0.0.1",
            "USER": "postgres",
            "NAME": os.environ["RACE_DATABASE"],
            "OPTIONS": {"pool": {"min_size": 2, "max_size": 8}},
        }
    }
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}

FILEAPI_JWT = {
    "ISSUER": ISSUER,
    "AUDIENCE": AUDIENCE,
    "KEYS": [{"id": "1", "algorithm": "HS256", "secret": SECRET}],
}
