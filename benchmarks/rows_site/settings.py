from __future__ import annotations

from benchmarks.contenders.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.rows_site.urls"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "fileapi", "tests.library"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
}
