"""One switch: with SECRET_KEY in the environment this is production, without it a workbench."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import django
import environ
from corsheaders.defaults import default_headers
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import salted_hmac
from pythonjsonlogger.core import RESERVED_ATTRS

from project.mail import mail_settings

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
    if len(SECRET_KEY) < 32:
        raise ImproperlyConfigured(
            f"SECRET_KEY has {len(SECRET_KEY)} characters, which can be guessed. Set it to 32 or "
            "more, for one the output of: python -c 'import secrets; "
            "print(secrets.token_urlsafe(50))'"
        )
    ALLOWED_HOSTS = env_list("ALLOWED_HOSTS")
    if not ALLOWED_HOSTS:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS is not set. Name the hosts that this site answers for, "
            "separated by commas: ALLOWED_HOSTS=example.com,www.example.com"
        )
    if "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS has '*', by which any client chooses the host of this site's links. "
            "Name the hosts: ALLOWED_HOSTS=example.com,www.example.com"
        )
elif DEBUG:
    SECRET_KEY = "django-insecure-for-development-alone"
    ALLOWED_HOSTS = ["localhost", ".localhost", "127.0.0.1", "[::1]"]
else:
    raise ImproperlyConfigured(
        "DEBUG is off and SECRET_KEY is not set. Set it to a long random string, for one the "
        "output of: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
    )

STATIC_ROOT = BASE_DIR / "staticfiles"

INSTALLED_APPS = [
    "fileapi",
    "fileapi.api_keys",
    "fileapi.idempotency",
    "project.accounts",
    "project.feedback",
    "project.payments",
    "project.oauth",
    "project.orders",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    # The rows of background tasks; the tasks themselves are Django's from 6.0 on.
    *(["django_tasks"] if django.VERSION < (6, 0) else []),
    "django_tasks_db",
]

MIDDLEWARE = [
    "fileapi.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    # In development runserver serves them.
    # Serves what collectstatic has put there, if it has.
    *(["project.static_files.StaticFiles"] if PRODUCTION and STATIC_ROOT.is_dir() else []),
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"
ASGI_APPLICATION = "project.asgi.application"

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
# Without Redis each process counts requests for itself, which `check --deploy` warns of.
FILEAPI_RATE_STORE = env.str("REDIS_URL", default="") or "memory://"

# Without it each process keeps the answers of cached routes for itself.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
if cache_url := env.str("CACHE_URL", default=""):
    # Django's own backends for these unpickle what they read, and wait for as long as it takes.
    backends = {"redis": "RedisCache", "rediscache": "RedisCache", "rediss": "RedisCache"}
    backends["pymemcache"] = "MemcachedCache"
    backend = backends.get(cache_url.partition(":")[0])
    try:
        CACHES["default"] = env.cache_url_config(
            cache_url, backend=f"fileapi.caches.{backend}" if backend else None
        )
    except (ImproperlyConfigured, ValueError):
        # Its text has a part of the password in it.
        raise ImproperlyConfigured(
            "CACHE_URL is no URL of a cache, such as redis://host:6379/1 or "
            "pymemcache://host:11211. Write special characters of its password in percent."
        ) from None

# A process that answers a single request at a time and may be frozen after any of them.
SERVERLESS = "AWS_LAMBDA_FUNCTION_NAME" in os.environ or "VERCEL" in os.environ

# Seconds for one SQL statement; 0 is no limit. project.wsgi and project.asgi set one, so that
# migrations have none.
DB_STATEMENT_TIMEOUT = env.float("DB_STATEMENT_TIMEOUT", default=0.0)

if database_url := env.str("DATABASE_URL", default=""):
    try:
        if not urlsplit(database_url).scheme:
            raise ValueError
        database = env.db("DATABASE_URL")
    except ValueError:
        # Its text has a part of the password in it.
        raise ImproperlyConfigured(
            "DATABASE_URL is no URL. Write special characters of its password in percent: "
            "%2F for a slash, %3F for a question mark, %23 for a number sign."
        ) from None
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
    options = database["OPTIONS"]
    options.setdefault("connect_timeout", 2)  # seconds, the least that psycopg takes
    if env.bool("DB_PGBOUNCER", default=False):
        # In transaction mode the next statement may come to another connection of the server's:
        # nothing that lives longer than a transaction, and no option that pgbouncer would refuse.
        database["DISABLE_SERVER_SIDE_CURSORS"] = True
        options["prepare_threshold"] = None
    elif DB_STATEMENT_TIMEOUT:
        limit = f"-c statement_timeout={DB_STATEMENT_TIMEOUT * 1000:.0f}"
        options["options"] = f"{limit} {options.get('options', '')}".strip()
    if env.bool("DB_POOL", default=True) and not SERVERLESS:
        from project.database import TimedConnection

        # Per process: workers times DB_POOL_MAX stays under the server's max_connections.
        pool_max = env.int("DB_POOL_MAX", default=10)
        options["pool"] = {
            "connection_class": TimedConnection,
            "min_size": env.int("DB_POOL_MIN", default=min(2, pool_max)),
            "max_size": pool_max,
            "timeout": env.float("DB_POOL_TIMEOUT", default=1.0),  # seconds
            # Seconds of trying again, with longer and longer waits between; after that a request
            # makes it try. The default, five minutes, leaves up to four between two attempts.
            "reconnect_timeout": 2.0,
        }

DATABASES = {"default": database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
SESSION_ENGINE = "project.accounts.sessions"

# The first one makes the hashes, the others let older ones in. The last is for hashes from
# elsewhere ("bcrypt$" before their "$2a$" or "$2y$"), of which it reads the 72 bytes they hold.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.BCryptPasswordHasher",
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Signs access tokens. Of SECRET_KEY where it is not set, so that one variable makes production.
jwt_secret = os.environ.get("JWT_SECRET") or (
    salted_hmac("project.settings.jwt", "", secret=SECRET_KEY, algorithm="sha256").hexdigest()
)
FILEAPI_JWT = {
    "ISSUER": env.str("JWT_ISSUER", default="project"),
    "AUDIENCE": env.str("JWT_AUDIENCE", default="project"),
    "KEYS": [{"id": "1", "algorithm": "HS256", "secret": jwt_secret}],
    "LIFETIME": 300,  # seconds
}

if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("SECURE_COOKIES", default=True)
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    # Probes come without TLS, and take a redirect for a success.
    SECURE_REDIRECT_EXEMPT = [r"^api/health/(live|ready)/?$"]
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=365 * 24 * 3600)
    # Off by default: what else runs below this domain is not for this site to decide.
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
    SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=False)
    CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
    # "HTTP_X_FORWARDED_PROTO,https", and only behind a proxy that always sets this header:
    # without one, any client can claim to have come by TLS.
    if proxy_header := env_list("SECURE_PROXY_SSL_HEADER"):
        SECURE_PROXY_SSL_HEADER = tuple(proxy_header)

# Which pages of other sites may read answers: "https://app.example.com". None without it.
CORS_ALLOWED_ORIGINS = env_list("CORS_ALLOWED_ORIGINS")
for origin in CORS_ALLOWED_ORIGINS:
    # Of "*", "null" or "example.com" django-cors-headers compares an empty scheme and host, which
    # the origin of every sandboxed page, "null", has too.
    if not re.fullmatch(r"[a-z][a-z0-9+.-]*://[a-z0-9._:\[\]-]+", origin):
        raise ImproperlyConfigured(
            f"CORS_ALLOWED_ORIGINS names {origin!r}. Write origins as browsers send them, with a "
            "scheme, in lower case and without a path: https://app.example.com"
        )
CORS_ALLOW_CREDENTIALS = env.bool("CORS_ALLOW_CREDENTIALS", default=False)
CORS_ALLOW_HEADERS = [
    *default_headers,
    "idempotency-key",
    "if-none-match",
    "traceparent",
    "x-request-id",
]
CORS_EXPOSE_HEADERS = [
    "ETag",
    "Idempotency-Replayed",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "X-Request-ID",
]
CORS_URLS_REGEX = r"^/api/"

# Where people may log in besides here, by name: OAUTH_PROVIDERS=google, and for each its issuer,
# client id and secret, and perhaps a scope: OAUTH_GOOGLE_ISSUER=https://accounts.google.com
OAUTH_PROVIDERS = {}
for provider in env_list("OAUTH_PROVIDERS"):
    prefix = f"OAUTH_{provider.upper().replace('-', '_')}_"
    names = [f"{prefix}ISSUER", f"{prefix}CLIENT_ID", f"{prefix}CLIENT_SECRET"]
    if missing := [name for name in names if not os.environ.get(name)]:
        raise ImproperlyConfigured(f"OAUTH_PROVIDERS names {provider!r}. Set {missing} too.")
    OAUTH_PROVIDERS[provider] = {
        "issuer": os.environ[names[0]],
        "client_id": os.environ[names[1]],
        "client_secret": os.environ[names[2]],
        "scope": env.str(f"{prefix}SCOPE", default="openid email profile"),
    }
# Where browsers find this site. No request says: a host that is only allowed may be another's.
SITE_URL = env.str("SITE_URL", default="").rstrip("/")
if SITE_URL and not re.fullmatch(r"https?://[A-Za-z0-9._:\[\]-]+", SITE_URL):
    raise ImproperlyConfigured(f"SITE_URL={SITE_URL!r} is no origin, such as https://example.com")
if PRODUCTION and OAUTH_PROVIDERS and not SITE_URL:
    raise ImproperlyConfigured(
        "OAUTH_PROVIDERS is set and SITE_URL is not. Providers send people back to it: "
        "SITE_URL=https://example.com"
    )

# A task is a row, written in the transaction of whoever asks for it: `manage.py db_worker` runs it.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Of who sends /api/webhooks/payments: "whsec_...", and two of them while it changes.
PAYMENTS_WEBHOOK_SECRETS = env_list("PAYMENTS_WEBHOOK_SECRETS")

# In development mails are printed by the worker that sends them.
mail_url = env.str("EMAIL_URL", default="smtp://localhost:25" if PRODUCTION else "consolemail://")
vars().update(mail_settings(mail_url))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="webmaster@localhost")

TIME_ZONE = "UTC"
STATIC_URL = "static/"
if PRODUCTION:
    # With a hash of the contents in each name, so that caches may keep a file for ever.
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

# No values in error reports, whoever mails or shows them.
DEFAULT_EXCEPTION_REPORTER_FILTER = "fileapi.reports.ReportFilter"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "fileapi.request_log.RequestId"}},
    "formatters": {
        "plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": "{levelname} {name} {message} {request_id}",
            "style": "{",
            "timestamp": "time",
            "rename_fields": {"levelname": "level", "name": "logger"},
            # The text of Django's request has the query string in it.
            "reserved_attrs": [*RESERVED_ATTRS, "request", "color_message"],
        },
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["request_id"],
            "formatter": "json" if PRODUCTION else "plain",
        },
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO").upper()},
    "loggers": {
        # Django's own handlers print with DEBUG on alone, and mail errors to nobody otherwise.
        "django": {"handlers": []},
        # What the servers say goes the same way, but for their own line a request: RequestLog
        # has one, without paths and queries.
        "django.server": {"level": "ERROR", "propagate": True},
        "gunicorn.error": {"propagate": True},
        "uvicorn": {"propagate": True},
        "uvicorn.access": {"propagate": False},
    },
}
