"""Every route is reversible by its own spelling, and costs nothing until it is asked for."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import NoReverseMatch, URLPattern, clear_url_caches, path, resolve, reverse
from django.utils.translation import override

from fileapi.routing.resolver import FileResolver

from .tables import TableSource

UUID = "0188c0f1-0000-7000-8000-000000000000"


@pytest.fixture(autouse=True)
def _fresh_caches() -> Iterator[None]:
    clear_url_caches()
    yield
    clear_url_caches()


REVERSED = [
    ("index", {}, "/api/"),
    ("hello", {}, "/api/hello"),
    ("feed.xml", {}, "/api/feed.xml"),
    ("sign-in", {}, "/api/sign-in"),
    ("users", {}, "/api/users"),
    ("stats", {}, "/api/stats"),
    ("users/roles", {}, "/api/users/roles"),
    ("users/[id]", {"id": "andrea"}, "/api/users/andrea"),
    ("users/[id]", {"id": "éx"}, "/api/users/%C3%A9x"),
    ("users/[id]/posts", {"id": 7}, "/api/users/7/posts"),
    ("orders/[number=int]", {"number": 42}, "/api/orders/42"),
    ("keys/[key=uuid]", {"key": uuid.UUID(UUID)}, f"/api/keys/{UUID}"),
    ("tags/[tag=slug]", {"tag": "a-b"}, "/api/tags/a-b"),
    ("files/[...path]", {"path": ["a", "b c", "100%"]}, "/api/files/a/b%20c/100%25"),
    ("docs/[[...page]]", {"page": ["a", "b"]}, "/api/docs/a/b"),
    ("docs/[[...page]]", {}, "/api/docs"),
]


@pytest.mark.parametrize(("name", "kwargs", "url"), REVERSED)
def test_every_spelling_is_reversible(
    mount_tree: Any, name: str, kwargs: dict[str, Any], url: str
) -> None:
    mount_tree("tests.trees.grammar")
    assert reverse(f"api:{name}", kwargs=kwargs) == url


def test_every_route_of_the_tree_is_among_these(mount_tree: Any) -> None:
    mounted = mount_tree("tests.trees.grammar")
    names = {route.name for route in mounted.folder.routes()}
    assert names - {name for name, _, _ in REVERSED} == {"log_out"}


def test_a_parameter_may_be_given_by_its_place(mount_tree: Any) -> None:
    mount_tree("tests.trees.grammar")
    assert reverse("api:users/[id]", args=["andrea"]) == "/api/users/andrea"


@pytest.mark.parametrize(
    ("name", "kwargs"),
    [
        ("users/[id]", {}),
        ("users/[id]", {"id": "a/b"}),
        ("users/[id]", {"id": ""}),
        ("orders/[number=int]", {"number": "x"}),
        ("files/[...path]", {}),
        ("files/[...path]", {"path": []}),
        ("files/[...path]", {"path": "a/b"}),
        ("files/[...path]", {"path": ["a", ""]}),
        ("docs/[[...page]]", {"other": 1}),
        ("(admin)/stats", {}),
        ("users/index", {}),
        ("", {}),
        ("nothing", {}),
    ],
)
def test_what_no_file_answers_is_not_reversible(
    mount_tree: Any, name: str, kwargs: dict[str, Any]
) -> None:
    mount_tree("tests.trees.grammar")
    with pytest.raises(NoReverseMatch):
        reverse(f"api:{name}", kwargs=kwargs)


@pytest.mark.parametrize(("name", "kwargs", "url"), REVERSED)
def test_a_reversed_url_resolves_to_its_route(
    mount_tree: Any, name: str, kwargs: dict[str, Any], url: str
) -> None:
    mount_tree("tests.trees.grammar")
    match = resolve(unquote(reverse(f"api:{name}", kwargs=kwargs)))
    assert match.view_name == f"api:{name}"
    assert {key: str(value) for key, value in match.kwargs.items()} == {
        key: str(value) for key, value in kwargs.items()
    }


def test_a_mount_without_a_prefix_is_reversible_too() -> None:
    urlconf = (FileResolver("", TableSource(["index.py", "users/[id].py"]), "root"),)
    assert reverse("root:users/[id]", urlconf, kwargs={"id": 7}) == "/users/7"
    assert reverse("root:index", urlconf) == "/"


def test_a_reversed_url_has_the_prefix_of_the_current_language(settings: Any) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    mounted = FileResolver("api/", TableSource(["users/[id].py"]), "api")
    urlconf = tuple(i18n_patterns(mounted))
    for language in ("en", "de"):
        with override(language):
            url = reverse("api:users/[id]", urlconf, kwargs={"id": 7})
            assert url == f"/{language}/api/users/7"


def test_a_converter_of_the_projects_own_makes_the_url(
    new_converter: Callable[[str, str], None],
) -> None:
    new_converter("year", "[0-9]{4}")
    urlconf = (FileResolver("api/", TableSource(["[y=year]/index.py"]), "api"),)
    assert reverse("api:[y=year]", urlconf, kwargs={"y": ("year", "2026")}) == "/api/2026"


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the URLPatterns that are made from now on."""
    names: list[str] = []
    make = URLPattern.__init__

    def spy(self: URLPattern, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        names.append(str(self.name))

    monkeypatch.setattr(URLPattern, "__init__", spy)
    return names


def test_other_names_are_reversed_without_a_pattern_of_1000_routes(built: list[str]) -> None:
    files = [f"r{number}/[id=int].py" for number in range(1200)]
    urlconf = (
        path("admin/", admin.site.urls),
        FileResolver("api/", TableSource(files), "api"),
        path("page/", lambda request: None, name="page"),
    )
    built.clear()
    for language in ("en", "de"):
        with override(language):
            assert reverse("admin:index", urlconf) == "/admin/"
            assert reverse("page", urlconf) == "/page/"
            assert resolve("/api/r7/42", urlconf).kwargs == {"id": 42}
            with pytest.raises(NoReverseMatch):
                reverse("r7/[id=int]", urlconf, kwargs={"id": 42})
    assert built == []

    assert reverse("api:r7/[id=int]", urlconf, kwargs={"id": 42}) == "/api/r7/42"
    assert len(built) == 1200
    with override("de"):
        assert reverse("api:r8/[id=int]", urlconf, kwargs={"id": 42}) == "/api/r8/42"
    assert len(built) == 1200


def test_reversing_imports_no_file(write_tree: Any, mount_tree: Any) -> None:
    package = write_tree({"hello.py": "def GET(): return {}"})
    mount_tree(package)
    assert reverse("api:hello") == "/api/hello"
    assert f"{package}.hello" not in sys.modules
    resolve("/api/hello")
    assert f"{package}.hello" in sys.modules


def test_what_looks_at_patterns_sees_a_view_of_each_name(mount_tree: Any, rf: Any) -> None:
    mounted = mount_tree("tests.trees.grammar")
    views = {pattern.name: pattern.callback for pattern in mounted.url_patterns}
    assert views["users/[id]"].__name__ == "users/[id]"
    assert views["users/[id]"].csrf_exempt is True
    answer = views["users/[id]"](rf.get("/"), id="7")
    assert answer.content == b'{"id":"7"}'
