"""What a key may do."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from fileapi.api_keys import HasScope
from fileapi.api_keys.models import APIKey
from fileapi.listing import routes as listed

CONFIG = """
    from fileapi import Config
    from fileapi.api_keys import APIKeyAuthentication, HasScope
    from rest_framework.authentication import BasicAuthentication
    from rest_framework.permissions import IsAdminUser
    """
AUTH = "auth=[APIKeyAuthentication, BasicAuthentication]"
ROUTES = {
    "_middleware.py": f"{CONFIG}\n    config = Config({AUTH})",
    "open.py": "def GET(req): return sorted(req.auth.scopes) if req.auth else 'no key'",
    "one.py": f"""{CONFIG}
    config = Config(permissions=[HasScope("reports:read")])
    def GET(): return 1
    """,
    "later.py": f"""{CONFIG}
    config = Config(permissions=[HasScope("reports:read")])
    async def GET(): return 1
    """,
    "two.py": f"""{CONFIG}
    config = Config(permissions=[HasScope("reports:read", "users:read")])
    def GET(): return 1
    """,
    "either.py": f"""{CONFIG}
    config = Config(permissions=[HasScope("reports:read") | IsAdminUser])
    def GET(): return 1
    """,
}


@pytest.fixture
def site(api: Any) -> Any:
    return api(ROUTES)


@pytest.fixture
def status(site: Any, issue: Any) -> Any:
    """Return what a new key with these scopes is answered."""

    def status(path: str, *scopes: str) -> int:
        text = issue(*scopes)[1]
        response = site.get(f"/api/{path}", headers={"Authorization": f"Api-Key {text}"})
        return int(response.status_code)

    return status


@pytest.mark.parametrize("path", ["one", "later"])
def test_a_key_with_the_scope_gets_in(status: Any, path: str) -> None:
    assert status(path, "reports:read") == 200
    assert status(path, "users:read", "reports:read") == 200


@pytest.mark.parametrize("path", ["one", "later"])
@pytest.mark.parametrize(
    "scopes",
    [
        [],
        ["reports"],
        ["reports:"],
        ["reports:read-all"],
        ["all-reports:read"],
        ["Reports:read"],
        ["reports:*"],
        ["*"],
        ["reports:write", "users:read"],
    ],
)
def test_one_without_it_is_403(status: Any, path: str, scopes: list[str]) -> None:
    assert status(path, *scopes) == 403


def test_several_scopes_are_all_needed(status: Any) -> None:
    assert status("two", "reports:read") == status("two", "users:read") == 403
    assert status("two", "users:read", "more", "reports:read") == 200


def test_scopes_combine_with_other_permissions(status: Any, user: Any) -> None:
    assert status("either", "reports:read") == 200
    assert status("either") == 403
    type(user).objects.update(is_staff=True)
    assert status("either") == 200
    assert status("one") == 403


def test_a_refusal_names_the_scopes(site: Any, issue: Any) -> None:
    response = site.get("/api/two", headers={"Authorization": f"Api-Key {issue()[1]}"})
    assert response.json()["detail"] == "This needs an API key with: reports:read users:read."


def test_who_comes_without_a_key_has_no_scope(site: Any, user: Any) -> None:
    user.set_password("a long sentence")
    user.is_staff = user.is_superuser = True
    user.save()
    basic = base64.b64encode(b"ada@example.com:a long sentence").decode()
    headers = {"Authorization": f"Basic {basic}"}
    assert site.get("/api/open", headers=headers).json() == "no key"
    assert site.get("/api/one", headers=headers).status_code == 403
    assert site.get("/api/one").status_code == 401


def test_handlers_see_the_scopes(site: Any, issue: Any) -> None:
    text = issue("b", "a")[1]
    assert site.get("/api/open", headers={"Authorization": f"Api-Key {text}"}).json() == ["a", "b"]


def test_a_view_of_drf_asks_for_scopes_too(settings: Any, call: Any, issue: Any) -> None:
    settings.ROOT_URLCONF = "tests.api_keys.view"
    for scopes, status in (["reports:read"], 200), ([], 403):
        assert call("/view/reports", f"Api-Key {issue(*scopes)[1]}").status_code == status
    assert call("/view/reports").status_code == 401


def test_the_list_of_routes_names_the_scopes(write_tree: Any, mount_tree: Any) -> None:
    mounted = mount_tree(write_tree(ROUTES))
    guards = {row["file"].rpartition("/")[2]: row["guards"] for row in listed(mounted)}
    assert "HasScope(reports:read, users:read)" in guards["two.py"]


def test_a_permission_without_a_scope_is_a_mistake() -> None:
    with pytest.raises(ValueError, match=r"HasScope\(\) names no scope"):
        HasScope()


NO_SCOPES = ["", " ", "a b", "a\n", "é", 'a"', "a\\", "a\0"]


@pytest.mark.parametrize("scope", [*NO_SCOPES, None, ["a"]])
def test_so_is_one_that_no_key_can_have(scope: Any) -> None:
    with pytest.raises(ValueError, match="a scope is printable ASCII without blanks"):
        HasScope("a", scope)


@pytest.mark.parametrize("scope", NO_SCOPES)
def test_and_no_key_gets_one(issue: Any, scope: str) -> None:
    with pytest.raises(ValidationError, match="a scope is printable ASCII without blanks"):
        issue("a", scope)
    assert not APIKey.objects.exists()


@pytest.mark.parametrize("name", ["", "a\0b", 101 * "x", None])
def test_a_name_that_no_database_stores_is_refused_too(user: Any, name: Any) -> None:
    with pytest.raises(ValidationError):
        APIKey.objects.issue(user, name)
