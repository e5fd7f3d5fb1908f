"""One switch: with SECRET_KEY in the environment this is production, without it a workbench."""

from __future__ import annotations

import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()


def env_list(name: str) -> list[str]:
    return [item.strip() for item in env.list(name, default=[]) if item.strip()]


# Not by env: it takes a leading "$", which a random key may have, for the name of a variable.
SECRET_KEY = os.environ.get("SECRET_KEY")
PRODUCTION = SECRET_KEY is not None
DEBUG = env.bool("DEBUG", default=not PRODUCTION)

if PRODUCTION:
    if not SECRET_KEY:
        raise ImproperlyConfigured(
            "SECRET_KEY is empty. Set it to a long random string, or unset it for development."
        )
    ALLOWED_HOSTS = env_list("ALLOWED_HOSTS")
    if not ALLOWED_HOSTS:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS is not set. Name the hosts that this site answers for, "
            "separated by commas: ALLOWED_HOSTS=example.com,www.example.com"
        )
elif DEBUG:
    SECRET_KEY = "django-insecure-for-development-alone"
    ALLOWED_HOSTS = ["localhost", ".localhost", "127.0.0.1", "[::1]"]
else:
    raise ImproperlyConfigured(
        "DEBUG is off and SECRET_KEY is not set. Set it to a long random string, for one the "
        "output of: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
    )

INSTALLED_APPS = [
    "fileapi",
    "project.accounts",
    "project.feedback",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# "lazy" imports a route file on first use, "eager" all of them when the server starts.
FILEAPI_LOAD = env.str("FILEAPI_LOAD", default="lazy")
FILEAPI_THREADS = env.int("FILEAPI_THREADS", default=None)  # gunicorn.conf.py says how many
FILEAPI_TRUSTED_PROXIES = env_list("FILEAPI_TRUSTED_PROXIES")

# A process that answers a single request at a time and may be frozen after any of them.
SERVERLESS = "AWS_LAMBDA_FUNCTION_NAME" in os.environ or "VERCEL" in os.environ

if env.str("DATABASE_URL", default=""):
    database = env.db("DATABASE_URL")
else:
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}
database.setdefault("OPTIONS", {})

if database["ENGINE"].endswith("sqlite3"):
    # A transaction that reads first and writes later fails at once when another one has
    # written in between. IMMEDIATE asks for the lock at the start, where it can be waited for.
    database["OPTIONS"] |= {"timeout": 20, "transaction_mode": "IMMEDIATE"}
elif database["ENGINE"].endswith(("postgresql", "postgis")):
    # The pool keeps the connections; Django gives each back at the end of its request.
    database["CONN_MAX_AGE"] = 0
    database["CONN_HEALTH_CHECKS"] = True
    if env.bool("DB_POOL", default=True) and not SERVERLESS:
        # Per process: workers times DB_POOL_MAX stays under the server's max_connections.
        pool_max = env.int("DB_POOL_MAX", default=10)
        database["OPTIONS"]["pool"] = {
            "min_size": env.int("DB_POOL_MIN", default=min(2, pool_max)),
            "max_size": pool_max,
            "timeout": env.float("DB_POOL_TIMEOUT", default=10.0),  # seconds
        }

DATABASES = {"default": database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"

# The first one makes the hashes, the others let older ones in.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("SECURE_COOKIES", default=True)
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=365 * 24 * 3600)
    # Off by default: what else runs below this domain is not for this site to decide.
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
    SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=False)
    CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
    # "HTTP_X_FORWARDED_PROTO,https", and only behind a proxy that always sets this header:
    # without one, any client can claim to have come by TLS.
    if proxy_header := env_list("SECURE_PROXY_SSL_HEADER"):
        SECURE_PROXY_SSL_HEADER = tuple(proxy_header)

TIME_ZONE = "UTC"
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain"},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO").upper()},
    # Django's own handlers print with DEBUG on alone, and mail errors to nobody otherwise.
    "loggers": {"django": {"handlers": []}},
}
