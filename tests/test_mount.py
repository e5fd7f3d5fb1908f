"""``mount()``: one line in urls.py, among the other patterns of a project."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, include, path, re_path, resolve, reverse

from fileapi.urls import Mount, mount, mounts

GRAMMAR = "tests.trees.grammar"
ORDER = "tests.trees.match_order"


def page(request: HttpRequest, **params: Any) -> HttpResponse:
    return HttpResponse("a page")


@pytest.fixture
def urls(settings: Any) -> Callable[..., None]:
    """Make these patterns the whole URLconf."""

    def use(*patterns: Any) -> None:
        settings.ROOT_URLCONF = patterns

    return use


def is_own_404(response: Any) -> bool:
    return (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("prefix", ["/api/", "api//", "api//v1/", "<int:tenant>/", "/"])
def test_a_prefix_is_plain_text_without_a_leading_slash(prefix: str) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        mount(prefix)
    assert str(caught.value) == (
        f"mount({prefix!r}): write a plain prefix without a leading slash, such as 'api/'; "
        "for captured values put mount() into an include()."
    )


@pytest.mark.parametrize("prefix", ["api", "api/v1"])
def test_a_prefix_ends_with_a_slash(prefix: str) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        mount(prefix)
    assert str(caught.value) == (f"mount({prefix!r}): end the prefix with a slash: '{prefix}/'.")


@pytest.mark.parametrize(
    ("prefix", "given", "namespace"),
    [("api/", None, "api"), ("v1/api/", None, "v1-api"), ("", None, "root"), ("api/", "x", "x")],
)
def test_the_namespace_is_the_prefix_or_what_is_given(
    prefix: str, given: str | None, namespace: str
) -> None:
    assert mount(prefix, root=GRAMMAR, namespace=given).namespace == namespace


def test_mounting_reads_no_disk() -> None:
    assert mount("api/", root="no.such.package").prefix == "api/"


@pytest.mark.parametrize("url", ["/api", "/api/"])
def test_a_mount_answers_with_and_without_its_slash(
    urls: Callable[..., None], client: Client, url: str
) -> None:
    urls(mount("api/", root=GRAMMAR))
    response = client.get(url)
    assert (response.status_code, response.json()) == (200, {})


@pytest.mark.parametrize("url", ["/api/hello", "/api/hello/"])
@pytest.mark.parametrize("method", ["get", "head"])
def test_a14_a_slash_at_the_end_changes_nothing(
    urls: Callable[..., None], client: Client, url: str, method: str
) -> None:
    urls(mount("api/", root=GRAMMAR))
    assert getattr(client, method)(url).status_code == 200


@pytest.mark.parametrize("append_slash", [True, False])
@pytest.mark.parametrize("url", ["/api/nothing", "/api/nothing/", "/api/users/1/2/3", "/api//"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_a14_an_unknown_url_is_the_mounts_own_404_and_never_a_redirect_or_a_later_page(
    urls: Callable[..., None],
    client: Client,
    settings: Any,
    append_slash: bool,
    url: str,
    method: str,
) -> None:
    settings.APPEND_SLASH = append_slash
    assert "django.middleware.common.CommonMiddleware" in settings.MIDDLEWARE
    urls(
        mount("api/", root=GRAMMAR),
        path("api/nothing/", page),
        re_path(r"^api/.*/$", page),
        path("<path:rest>", page),
    )
    assert is_own_404(getattr(client, method)(url))


def test_the_404_of_a_mount_is_the_same_under_debug(
    urls: Callable[..., None], client: Client, settings: Any
) -> None:
    settings.DEBUG = True
    urls(mount("api/", root=GRAMMAR))
    assert is_own_404(client.get("/api/nothing", headers={"Accept": "text/html"}))


def test_a_pattern_before_a_mount_is_asked_first(urls: Callable[..., None], client: Client) -> None:
    urls(path("api/hello", page), mount("api/", root=GRAMMAR))
    assert client.get("/api/hello").content == b"a page"
    assert client.get("/api/stats").json() == {}


@pytest.mark.parametrize("url", ["/apis/hello", "/ap", "/API/hello", "//api/hello", "/x/api/hello"])
def test_a13_a15_what_is_not_below_the_prefix_goes_on(
    urls: Callable[..., None], client: Client, url: str
) -> None:
    urls(mount("api/", root=GRAMMAR), path("<path:rest>", page))
    assert client.get(url).content == b"a page"


def test_a_mount_without_a_prefix_leaves_what_it_does_not_know_to_later_patterns(
    urls: Callable[..., None], client: Client
) -> None:
    urls(mount("", root=GRAMMAR), path("about/", page), path("hello", page))
    assert client.get("/hello").json() == client.get("/").json() == {}
    assert client.get("/about/").content == b"a page"
    # Django's own rules hold for the rest of the site.
    assert client.get("/about")["Location"] == "/about/"
    assert client.get("/nothing")["Content-Type"].startswith("text/html")


def test_djangos_page_of_tried_patterns_shows_a_mount_without_a_prefix(
    urls: Callable[..., None], client: Client, settings: Any
) -> None:
    settings.DEBUG = True
    urls(mount("", root=GRAMMAR), path("about/", page))
    response = client.get("/nothing", headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert "about/" in response.content.decode()


def test_two_mounts_serve_a_tree_each(urls: Callable[..., None], client: Client) -> None:
    urls(mount("api/", root=GRAMMAR), mount("internal/api/", root=ORDER))
    assert client.get("/api/users/7").json() == {"id": "7"}
    assert client.get("/internal/api/users/7").json() == "id 7"
    assert is_own_404(client.get("/internal/api/hello"))
    assert reverse("api:users/[id]", kwargs={"id": 7}) == "/api/users/7"
    assert reverse("internal-api:users/[id]", kwargs={"id": 7}) == "/internal/api/users/7"
    with pytest.raises(NoReverseMatch):
        reverse("internal-api:hello")


def test_one_tree_mounted_twice_is_served_at_both_places(
    urls: Callable[..., None], client: Client
) -> None:
    urls(mount("v1/", root=ORDER), mount("v2/", root=ORDER, namespace="next"))
    assert client.get("/v1/users/7").json() == client.get("/v2/users/7").json() == "id 7"
    assert (reverse("v1:users/me"), reverse("next:users/me")) == ("/v1/users/me", "/v2/users/me")


def test_a_mount_in_an_include_gets_what_the_parent_captured(
    urls: Callable[..., None], client: Client, write_tree: Any
) -> None:
    package = write_tree(
        {
            "users/[id=int].py": "def GET(id, req): return req.params",
            "who.py": "def GET(req): return req.query['tenant']",
        }
    )
    urls(path("<int:tenant>/", include([mount("api/", root=package)])))
    assert client.get("/3/api/users/7").json() == {"tenant": 3, "id": 7}
    assert client.get("/3/api/who?tenant=4").json() == "3"
    assert client.get("/4/api/who/").json() == "4"
    assert is_own_404(client.get("/3/api/nothing"))
    assert client.get("/x/api/who")["Content-Type"].startswith("text/html")
    kwargs = {"tenant": 3, "id": 7}
    assert reverse("api:users/[id=int]", kwargs=kwargs) == "/3/api/users/7"
    assert resolve("/3/api/users/7").route == "<int:tenant>/api/users/<int:id>"


def test_a_mount_in_a_namespace_is_reversed_through_it(urls: Callable[..., None]) -> None:
    urls(path("shop/", include(([mount("api/", root=GRAMMAR)], "shop"), namespace="shop")))
    assert reverse("shop:api:hello") == "/shop/api/hello"
    match = resolve("/shop/api/users/7")
    assert (match.view_name, match.route) == ("shop:api:users/[id]", "shop/api/users/<str:id>")
    assert (match.app_names, match.namespaces) == (["shop", "fileapi"], ["shop", "api"])


def test_a_mount_below_a_language_prefix_is_served_in_each_language(
    urls: Callable[..., None], client: Client, settings: Any
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.middleware.locale.LocaleMiddleware"]
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    urls(*i18n_patterns(mount("api/", root=GRAMMAR)))
    for language in ("en", "de"):
        assert client.get(f"/{language}/api/users/7").json() == {"id": "7"}
        assert is_own_404(client.get(f"/{language}/api/nothing"))


def test_every_mount_is_found_wherever_it_stands(urls: Callable[..., None]) -> None:
    one, two, three = (mount(f"{name}/", root=GRAMMAR) for name in "abc")
    urls(path("x/", page), one, path("<int:n>/", include([two, path("y/", include([three]))])))
    assert list(mounts()) == [one, two, three]
    assert all(isinstance(found, Mount) for found in mounts())


def test_the_root_is_the_package_api_beside_the_root_urlconf(settings: Any) -> None:
    folder = mount("api/").folder
    settings.ROOT_URLCONF = "shop.config.urls"
    assert folder.package == "shop.config.api"
    settings.ROOT_URLCONF = "urls"
    assert folder.package == "api"
    settings.FILEAPI_ROOT = "tests.trees.grammar"
    assert folder.package == "tests.trees.grammar"
    assert mount("api/", root=ORDER).folder.package == ORDER


@pytest.mark.parametrize(
    "name", ["self", "request", "params", "file", "method", "next", "handler", "__dict__"]
)
def test_a29_a_parameter_may_have_any_name_that_is_not_reserved(
    urls: Callable[..., None], client: Client, write_tree: Any, name: str
) -> None:
    urls(mount("api/", root=write_tree({f"[{name}].py": f"def GET({name}): return {name}"})))
    response = client.get("/api/7")
    assert (response.status_code, response.content) == (200, b'"7"')
