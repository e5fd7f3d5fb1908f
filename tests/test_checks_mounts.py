"""Warnings about where ``mount()`` stands in the URLconf."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from django.core.checks import Warning
from django.urls import include, path, re_path

from fileapi.checks import check_routes
from fileapi.urls import mount

GRAMMAR = "tests.trees.grammar"
GOOD = "def GET(): return {}"


@pytest.fixture
def urls(settings: Any) -> Callable[..., None]:
    """Make these patterns the whole URLconf."""

    def use(*patterns: Any) -> None:
        settings.ROOT_URLCONF = patterns

    return use


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch, settings: Any) -> ModuleType:
    """A root URLconf ``shop.urls`` that mounts nothing."""
    module = ModuleType("shop.urls")
    module.urlpatterns = []  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "shop.urls", module)
    settings.ROOT_URLCONF = "shop.urls"
    return module


def test_w001_route_files_that_nothing_mounts_get_the_line_to_add(
    shop: ModuleType, settings: Any
) -> None:
    settings.FILEAPI_ROOT = "tests.trees.grammar"
    (message,) = check_routes()
    assert (type(message), message.id) == (Warning, "fileapi.W001")
    assert message.msg == "tests.trees.grammar holds route files, and no URL reaches them."
    assert message.hint == (
        'In shop.urls: from fileapi.urls import mount, and in urlpatterns: mount("api/")'
    )


def test_w001_is_gone_when_its_line_is_added(shop: ModuleType, settings: Any) -> None:
    settings.FILEAPI_ROOT = "tests.trees.grammar"
    shop.urlpatterns = [mount("api/")]  # type: ignore[attr-defined]
    assert check_routes() == []


@pytest.mark.parametrize("root", ["tests.trees.no_such_folder", "tests.trees.looks_like_an_app"])
def test_w001_is_not_for_a_project_without_route_files(
    shop: ModuleType, settings: Any, root: str
) -> None:
    settings.FILEAPI_ROOT = root
    assert check_routes() == []


def test_w001_names_the_package_beside_the_urlconf(write_tree: Any, settings: Any) -> None:
    package = write_tree({"api/hello.py": GOOD, "urls.py": "urlpatterns = []"})
    settings.ROOT_URLCONF = f"{package}.urls"
    (message,) = check_routes()
    assert message.msg == f"{package}.api holds route files, and no URL reaches them."
    assert message.hint.startswith(f"In {package}.urls: ")


def view(request: Any, **params: Any) -> None: ...


LATER = {
    "below": (path("api/legacy/", view), ["api/legacy/"]),
    "the prefix itself": (path("api/", view), ["api/"]),
    "the prefix without its slash": (path("api", view), ["api"]),
    "a regular expression": (re_path(r"^api/old/(\d+)/$", view), [r"^api/old/(\d+)/$"]),
    "with a parameter": (path("api/users/<int:id>", view), ["api/users/<int:id>"]),
    "an include": (path("api/v1/", include([path("x", view)])), ["api/v1/"]),
    "in an include": (path("", include([path("api/x", view), path("y", view)])), ["api/x"]),
    "in an include of a part": (path("api", include([path("/x", view)])), ["api/x"]),
    "another mount": (mount("api/internal/", root=GRAMMAR, namespace="i"), ["api/internal/"]),
    "a mount twice": (mount("api/", root=GRAMMAR, namespace="again"), ["api/"]),
    "another prefix": (path("apis/", view), []),
    "a catch-all, hidden in part": (path("<path:rest>", view), []),
    "a regular expression for all": (re_path(r"^.*$", view), []),
    "a name that only starts alike": (path("api-docs", view), []),
}


@pytest.mark.parametrize("case", LATER)
def test_w002_names_each_pattern_that_a_mount_hides(urls: Callable[..., None], case: str) -> None:
    pattern, hidden = LATER[case]
    urls(mount("api/", root=GRAMMAR), pattern)
    assert [(message.id, message.msg, message.hint) for message in check_routes()] == [
        (
            "fileapi.W002",
            f"mount('api/') hides the pattern {route!r} behind it.",
            "Put the pattern before mount(...).",
        )
        for route in hidden
    ]


@pytest.mark.parametrize("case", [case for case in LATER if "mount" not in case])
def test_w002_is_not_for_a_pattern_before_the_mount(urls: Callable[..., None], case: str) -> None:
    pattern, _ = LATER[case]
    urls(pattern, mount("api/", root=GRAMMAR))
    assert check_routes() == []


def test_w002_names_every_hidden_pattern(urls: Callable[..., None]) -> None:
    hidden = ["api/a", "api/b", "other/c"]
    urls(
        path("api/first", view),
        mount("api/", root=GRAMMAR),
        path("api/a", view),
        mount("other/", root=GRAMMAR),
        path("api/b", view),
        path("other/c", view),
        path("page", view),
    )
    assert [re.findall(r"pattern '(.*)'", message.msg)[0] for message in check_routes()] == hidden


def test_w002_is_found_inside_an_include(urls: Callable[..., None]) -> None:
    urls(path("v1/", include([mount("api/", root=GRAMMAR), path("api/x", view)])))
    assert [message.id for message in check_routes()] == ["fileapi.W002"]


def test_w002_is_found_behind_an_include(urls: Callable[..., None]) -> None:
    urls(path("v1/", include([mount("api/", root=GRAMMAR)])), path("v1/api/x", view))
    assert [message.id for message in check_routes()] == ["fileapi.W002"]


def test_w002_is_not_for_patterns_behind_a_mount_without_a_prefix(
    urls: Callable[..., None],
) -> None:
    urls(mount("", root=GRAMMAR), path("hello", view), path("page", view))
    assert check_routes() == []
