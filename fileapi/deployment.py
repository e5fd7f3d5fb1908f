"""What `manage.py check --deploy` says of the routes beside the mistakes in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning
from msgspec import UNSET

from . import conf
from .checks import loaded_routes
from .connection_checks import most_connections, persistent_under_asgi
from .endpoint.endpoint import Loaded


def check_deployment(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Return what is allowed, and seldom meant, on a server that others reach."""
    found = list(loaded_routes())
    return [
        *_open_to_all(found),
        *_counted_apart(found),
        *_kept_badly(found),
        *persistent_under_asgi(found),
        *most_connections(),
    ]


def _open_to_all(found: list[Loaded]) -> Iterator[CheckMessage]:
    for loaded in found:
        declared = loaded.config.auth is not UNSET or loaded.config.permissions
        # A view of DRF's has permission classes of its own.
        is_drf = hasattr(loaded.own.handlers.get("*"), "cls")
        if loaded.is_unsafe and not declared and not is_drf:
            yield Warning(
                f"{loaded.route.file!r} changes something, and does not say who may.",
                hint="Write config = Config(auth=[...]), or Config(auth=None) if everyone may.",
                id="fileapi.W003",
            )


def _counted_apart(found: list[Loaded]) -> Iterator[CheckMessage]:
    limited = [loaded.route.file for loaded in found if loaded.config.rate]
    if limited and conf.rate_store().startswith("memory:"):
        yield Warning(
            f"{len(limited)} files have a rate, {limited[0]!r} for one, and each process counts "
            "for itself: FILEAPI_RATE_STORE is 'memory://'.",
            hint="Set FILEAPI_RATE_STORE to 'redis://host:6379/0', which all processes share.",
            id="fileapi.W004",
        )


# They write a pickle where others may write one too.
_UNPICKLING = ("redis.RedisCache", "memcached.", "filebased.", "db.DatabaseCache", "django_redis.")


def _kept_badly(found: list[Loaded]) -> Iterator[CheckMessage]:
    cached = [loaded.route.file for loaded in found if loaded.config.cache]
    if not cached:
        return
    backend = str(settings.CACHES["default"]["BACKEND"])
    what = f"{len(cached)} files have a Cache, {cached[0]!r} for one, and "
    hint = "Use fileapi.caches.RedisCache or fileapi.caches.MemcachedCache for CACHES['default']."
    if backend.endswith("LocMemCache"):
        what += "each process keeps answers for itself: invalidate() does not reach the others."
    elif backend.removeprefix("django.core.cache.backends.").startswith(_UNPICKLING):
        what += f"{backend} runs what anybody writes to its store: it holds pickles."
    else:
        return
    yield Warning(what, hint=hint, id="fileapi.W006")
