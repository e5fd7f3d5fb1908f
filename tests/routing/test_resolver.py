"""A table as Django's resolver: what a parent gets, and what a request shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import Resolver404, URLPattern, resolve

from fileapi.routing.resolver import FileResolver, patterns

from .tables import TableSource, not_found, route_of

FILES = [
    "index.py",
    "hello.py",
    "users/index.py",
    "users/[id=int].py",
    "files/[...path].py",
    "docs/[[...page]].py",
]


def resolver(*files: str, prefix: str = "api/", is_live: bool = False) -> FileResolver:
    return FileResolver(prefix, TableSource(files or FILES, is_live=is_live), "api")


def simplified(match: Any) -> tuple[Any, ...]:
    return match.func.__name__, match.view_name, match.route, match.kwargs


FOUND = {
    "/api/": ("index.py", "api:index", "api/", {}),
    "/api": ("index.py", "api:index", "api/", {}),
    "/api/hello": ("hello.py", "api:hello", "api/hello", {}),
    "/api/hello/": ("hello.py", "api:hello", "api/hello", {}),
    "/api/users": ("users/index.py", "api:users", "api/users", {}),
    "/api/users/7": ("users/[id=int].py", "api:users/[id=int]", "api/users/<int:id>", {"id": 7}),
    "/api/users/7/": ("users/[id=int].py", "api:users/[id=int]", "api/users/<int:id>", {"id": 7}),
    "/api/files/a/b": (
        "files/[...path].py",
        "api:files/[...path]",
        "api/files/<path:path>",
        {"path": ["a", "b"]},
    ),
    "/api/docs": ("docs/[[...page]].py", "api:docs/[[...page]]", "api/docs/<path:page>", {}),
    "/api/docs/a": (
        "docs/[[...page]].py",
        "api:docs/[[...page]]",
        "api/docs/<path:page>",
        {"page": ["a"]},
    ),
}


@pytest.mark.parametrize("is_live", [False, True])
@pytest.mark.parametrize("url", FOUND)
def test_a_match_is_what_djangos_path_would_give(url: str, is_live: bool) -> None:
    urlconf = (resolver(is_live=is_live),)
    for _ in range(3):  # the first match, and what is kept of it
        match = resolve(url, urlconf)
        assert simplified(match) == FOUND[url]
        assert (match.args, match.app_names, match.namespaces) == ((), ["fileapi"], ["api"])


@pytest.mark.parametrize("first", ["/api/", "/api/hello", "/api/users/", "/api/docs"])
def test_a20_a_match_that_is_kept_gives_no_file_a_second_url(first: str) -> None:
    urlconf = (resolver(),)
    for _ in range(2):
        resolve(first, urlconf)
    for url in ("/api/index", "/api/users/index", "/api/docs/[[...page]]/", "/api/hello.py"):
        match = resolve(url, urlconf)
        assert match.func.__name__ in ("not_found", "docs/[[...page]].py"), url


def test_a_match_that_is_kept_does_not_go_before_a_dynamic_route() -> None:
    urlconf = (resolver("index.py", "[id].py"),)
    resolve("/api/", urlconf)
    assert resolve("/api/index", urlconf).kwargs == {"id": "index"}


def test_what_a_request_does_to_its_match_stays_with_it() -> None:
    urlconf = (resolver(),)
    for url in ("/api/hello", "/api/users/7"):
        before = simplified(resolve(url, urlconf))
        match = resolve(url, urlconf)
        match.kwargs["id"] = match.kwargs["more"] = "changed"
        match.app_names.append("changed")
        match.namespaces.append("changed")
        after = resolve(url, urlconf)
        assert simplified(after) == before
        assert (after.app_names, after.namespaces) == (["fileapi"], ["api"])


def test_a_settled_route_is_loaded_once_and_a_live_one_each_time() -> None:
    for is_live, expected in ((False, 1), (True, 3)):
        mounted = resolver(is_live=is_live)
        for _ in range(3):
            mounted.resolve("api/hello")
        assert mounted.source.loaded == ["hello.py"] * expected  # type: ignore[attr-defined]


def test_matching_loads_the_matched_file_alone() -> None:
    mounted = resolver()
    mounted.resolve("api/users/7")
    mounted.resolve("api/nothing")
    assert mounted.source.loaded == ["users/[id=int].py"]  # type: ignore[attr-defined]


def test_a_mount_with_a_prefix_has_a_404_of_its_own() -> None:
    match = resolve("/api/nothing", (resolver(),))
    assert (match.func, match.url_name, match.route) == (not_found, None, "api/")


@pytest.mark.parametrize("path", ["", "ap", "apis", "apihello", "API/hello", "v1/api/hello"])
def test_a15_a_path_outside_the_prefix_is_left_to_others(path: str) -> None:
    with pytest.raises(Resolver404):
        resolver().resolve(path)


def test_a_mount_without_a_prefix_leaves_what_it_does_not_know() -> None:
    mounted = resolver(prefix="")
    assert mounted.resolve("hello").func.__name__ == "hello.py"
    assert mounted.resolve("").func.__name__ == "index.py"
    with pytest.raises(Resolver404):
        mounted.resolve("nothing")


def test_forgetting_reads_the_source_again() -> None:
    mounted = resolver()
    source = mounted.source
    assert len(mounted.url_patterns) == 7  # two of the optional catch-all
    mounted.resolve("api/hello")
    source.table = TableSource(["other.py"]).table  # type: ignore[attr-defined]
    mounted.forget()
    assert mounted.resolve("api/hello").func is not_found
    assert [str(pattern.pattern) for pattern in mounted.url_patterns] == ["other"]


def test_patterns_are_djangos_own() -> None:
    found = list(resolver().url_patterns)
    assert {(str(pattern.pattern), pattern.name) for pattern in found} == {
        ("", "index"),
        ("hello", "hello"),
        ("users", "users"),
        ("users/<int:id>", "users/[id=int]"),
        ("files/<path:path>", "files/[...path]"),
        ("docs/<path:page>", "docs/[[...page]]"),
        ("docs", "docs/[[...page]]"),
    }
    assert all(type(pattern) is URLPattern for pattern in found)
    assert resolver().url_patterns[0].name == resolver().url_patterns[:2][0].name


@pytest.mark.parametrize("file", FILES)
def test_a_pattern_passes_djangos_own_checks(file: str) -> None:
    for pattern in patterns(route_of(file), lambda request: None):
        assert pattern.check() == []


def test_a_converter_of_the_projects_own_converts(
    new_converter: Callable[[str, str], None],
) -> None:
    new_converter("year", "[0-9]{4}")
    match = resolve("/api/2026", (resolver("[y=year].py", "[...rest].py"),))
    assert (match.kwargs, match.route) == ({"y": ("year", "2026")}, "api/<year:y>")
    assert resolve("/api/20260", (resolver("[y=year].py", "[...rest].py"),)).kwargs == {
        "rest": ["20260"]
    }


TEMPLATES = {
    "/api/hello": "api/hello",
    "/api/users/42": "api/users/<str:id>",
    "/api/orders/42/": "api/orders/<int:number>",
    "/api/stats": "api/stats",
    "/api/docs": "api/docs/<path:page>",
    "/api/files/a/b": "api/files/<path:path>",
}


@pytest.mark.parametrize("url", TEMPLATES)
def test_a_request_shows_the_template_of_its_route(mount_tree: Any, client: Any, url: str) -> None:
    mount_tree("tests.trees.grammar")
    response = client.get(url)
    assert response.status_code == 200
    assert response.resolver_match.route == TEMPLATES[url]


SERVED = {
    "match_order": {
        "/api/users": "index",
        "/api/users/me/": "me",
        "/api/users/you": "id you",
        "/api/users/index": "id index",
        "/api/users/me/too": "slug ['me', 'too']",
    },
    "backtracking": {
        "/api/users/me/posts": "my posts",
        "/api/users/me/likes": "likes of me",
        "/api/users/you/likes": "likes of you",
        "/api/users/me": "rest ['me']",
        "/api/users/you/posts": "rest ['you', 'posts']",
    },
}


@pytest.mark.parametrize("tree", SERVED)
def test_a22_the_file_that_answers_is_the_one_that_says_most(
    mount_tree: Any, client: Any, tree: str
) -> None:
    mount_tree(f"tests.trees.{tree}")
    assert {url: client.get(url).json() for url in SERVED[tree]} == SERVED[tree]
