"""Where a Cache contradicts its route, and its store."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fileapi import Cache, Config
from fileapi.checks import check_routes
from fileapi.deployment import check_deployment

from .people import PEOPLE, USE

CACHED = "from fileapi import Cache, Config\nconfig = Config(cache=Cache(60))\n"
GET = "def GET(): return 1\n"


@pytest.fixture
def found(write_tree: Any, mount_tree: Any) -> Any:
    def found(tree: dict[str, str]) -> list[tuple[str | None, str]]:
        mount_tree(write_tree(tree))
        return [(message.id, message.msg) for message in check_routes()]

    return found


@pytest.mark.parametrize(
    "above", ["", "from fileapi import Cache, Config\nconfig = Config(cache=Cache(60))\n"]
)
def test_h12_one_answer_for_all_of_a_route_that_asks_who_is_calling_is_an_error(
    found: Any, above: str
) -> None:
    cache = "" if above else ", cache=Cache(60)"
    text = f"from fileapi import Cache\n{USE}config = Config(auth=[Token]{cache})\n{GET}"
    tree = {**PEOPLE, "a.py": text, **({"_middleware.py": above} if above else {})}
    message = "'a.py' asks who is calling, and its Cache keeps one answer for all."
    assert found(tree) == [("fileapi.E036", message)]


def test_an_answer_for_each_user_of_it_is_sound(found: Any) -> None:
    text = f"{USE}from fileapi import Cache\n"
    text += f"config = Config(auth=[Token], cache=Cache(60, per_user=True))\n{GET}"
    assert found({**PEOPLE, "a.py": text}) == []


def test_a_cache_of_a_file_without_get_is_an_error(found: Any) -> None:
    assert found({"a.py": CACHED + "def POST(): return 1"}) == [
        ("fileapi.E036", "'a.py' has a Cache, and no GET.")
    ]
    assert found({"_middleware.py": CACHED, "a.py": "def POST(): return 1", "b.py": GET}) == []


@pytest.mark.parametrize("base", ["django.views.View", "rest_framework.views.APIView"])
def test_h14_a_class_based_view_is_an_error_for_what_it_reads_is_not_seen(
    found: Any, base: str
) -> None:
    module, _, name = base.rpartition(".")
    text = f"from {module} import {name}\nclass V({name}): pass\nhandler = V.as_view()\n"
    [(id, message)] = found({"a.py": CACHED + text})
    assert id == "fileapi.E036"
    assert "class-based view" in message


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"seconds": 0}, "Cache(0) is no number of seconds."),
        ({"seconds": True}, "Cache(True) is no number"),
        ({"seconds": 1.5}, "Cache(1.5) is no number"),
        ({"seconds": 1, "vary": "Accept"}, "is no list: write vary=[...]"),
        ({"seconds": 1, "vary": ["*"]}, "is no request header"),
        ({"seconds": 1, "vary": ["a b"]}, "'a b' is no header name"),
        ({"seconds": 1, "vary": ["cookie"]}, "write per_user=True"),
        ({"seconds": 1, "vary": ["Authorization"]}, "write per_user=True"),
        ({"seconds": 1, "per_user": 1}, "neither True nor False"),
        ({"seconds": 1, "tags": "a"}, "is no list: write tags=[...]"),
        ({"seconds": 1, "tags": [1]}, "The tag 1 is no text"),
        ({"seconds": 1, "tags": [""]}, "The tag '' is no text"),
    ],
    ids=str,
)
def test_what_a_cache_cannot_be_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        Cache(**arguments)


def test_tags_are_no_async_function() -> None:
    async def tags(req: Any) -> list[str]:
        return []

    with pytest.raises(ValueError, match="is async"):
        Cache(1, tags=tags)  # type: ignore[arg-type]


def test_the_field_takes_a_cache_alone() -> None:
    with pytest.raises(ValueError, match=r"cache=60 is no Cache: write cache=Cache\(60\)"):
        Config(cache=60)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("backend", "message"),
    [
        ("django.core.cache.backends.locmem.LocMemCache", "each process keeps answers for itself"),
        ("django.core.cache.backends.redis.RedisCache", "it holds pickles"),
        ("django.core.cache.backends.memcached.PyMemcacheCache", "it holds pickles"),
        ("django.core.cache.backends.filebased.FileBasedCache", "it holds pickles"),
        ("django.core.cache.backends.db.DatabaseCache", "it holds pickles"),
        ("fileapi.caches.RedisCache", None),
        ("fileapi.caches.MemcachedCache", None),
        ("django.core.cache.backends.dummy.DummyCache", None),
    ],
    ids=lambda value: str(value).rpartition(".")[2],
)
def test_h20_a_store_that_unpickles_or_is_not_shared_is_told_before_it_is_deployed(
    write_tree: Any, mount_tree: Any, settings: Any, backend: str, message: str | None
) -> None:
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "127.0.0.1:1"}}
    mount_tree(write_tree({"a.py": CACHED + GET}))
    said = [each.msg for each in check_deployment() if each.id == "fileapi.W006"]
    assert len(said) == (message is not None)
    assert all(str(message) in each for each in said)


def test_without_cached_routes_the_cache_is_nobodys_business(
    write_tree: Any, mount_tree: Any
) -> None:
    mount_tree(write_tree({"a.py": GET}))
    assert check_deployment() == []
