"""Classes that cannot guard a route: an error of the check, and nobody gets in."""

from __future__ import annotations

from typing import Any

import pytest

from .people import PEOPLE, USE, check_refused, token

GET = "def GET(): return 'let in'\n"


@pytest.fixture(params=["lazy", "eager"])
def loading(request: pytest.FixtureRequest) -> str:
    """Refuse the files that are imported on first use, and all of them at once."""
    return str(request.param)


def config(text: str) -> str:
    return f"{USE}config = Config({text})\n"


OBJECT_ALONE = (
    "is guarded by IsOwner, which decides about objects alone, and GET never calls req.check(obj): "
    "everyone would get in."
)
CLASSES = """
class NeedsAction(BasePermission):
    def has_permission(self, request, view):
        if request.method == "GET" and view.action == "list":
            return True
        return False

class NeedsQueryset(BasePermission):
    def has_object_permission(self, request, view, obj):
        return obj in view.get_queryset()
    def has_permission(self, request, view):
        return True

class NeedsScope(NeedsAction):
    def has_permission(self, request, route):
        return bool(route.throttle_scope)
"""
DRF = "from rest_framework import authentication, permissions, throttling\n"

REFUSED: dict[str, tuple[str, str, str, str]] = {
    "instance of authentication": (
        "auth=[Token()]", "E030", "auth holds <", "Name classes of DRF's kind: auth=["),
    "text for authentication": (
        "auth=['Token']", "E030", "auth holds 'Token', which is no authentication class.", ""),
    "text for authentication that is optional": (
        "auth=['Token'], permissions=None", "E030", "auth holds 'Token', which is no", ""),
    "permission for authentication": (
        "auth=[IsRoot]", "E030", "IsRoot'>, which is no authentication class.", ""),
    "throttle for authentication": (
        "auth=[throttling.AnonRateThrottle]", "E030", "AnonRateThrottle'>, which is no", ""),
    "none for authentication": (
        "auth=[None]", "E030", "auth holds None, which is no authentication class.", ""),
    "instance of permission": (
        "auth=[Token], permissions=[IsRoot()]", "E030", "permissions holds <", "brackets"),
    "text for permission": (
        "auth=[Token], permissions=['IsRoot']", "E030", "permissions holds 'IsRoot', which", ""),
    "authentication for permission": (
        "auth=[Token], permissions=[Token]", "E030", "Token'>, which is no permission", ""),
    "throttle": (
        "auth=[Token], permissions=[throttling.UserRateThrottle]", "E030",
        "permissions holds the throttle UserRateThrottle.", 'Write rate="100/min".'),
    "throttle in an expression": (
        "auth=[Token], permissions=[IsRoot | throttling.UserRateThrottle]", "E030",
        "permissions holds the throttle UserRateThrottle.", 'Write rate="100/min".'),
    "function for permission": (
        "auth=[Token], permissions=[len]", "E030", "permissions holds <built-in function len>", ""),
    "permissions and no auth": (
        "permissions=[IsAdminUser]", "E031",
        "has permissions, and no auth that says who is asking.", "auth=None where nobody"),
    "objects alone": (
        "auth=[Token], permissions=[IsOwner]", "E032", OBJECT_ALONE, "Call req.check(obj)"),
    "objects alone, behind another": (
        "auth=[Token], permissions=[IsAuthenticated, IsOwner]", "E032", OBJECT_ALONE, ""),
    "objects alone, or staff": (
        "auth=[Token], permissions=[IsOwner | IsAdminUser]", "E032", OBJECT_ALONE, ""),
    "objects alone, and staff": (
        "auth=[Token], permissions=[(IsAdminUser & Nods) & IsOwner]", "E032", OBJECT_ALONE, ""),
    "not of objects alone": (
        "auth=[Token], permissions=[~IsOwner]", "E032", OBJECT_ALONE, ""),
    "permissions of a model": (
        "auth=[Token], permissions=[permissions.DjangoModelPermissions]", "E033",
        "permissions holds DjangoModelPermissions, which asks a view for its 'queryset'.",
        "handler = ViewSet.as_view(...)"),
    "permissions of a model's objects": (
        "auth=[Token], permissions=[permissions.DjangoObjectPermissions | IsRoot]", "E033",
        "permissions holds DjangoObjectPermissions, which", ""),
    "permissions of a model, or else to read": (
        "auth=[Token], permissions=[permissions.DjangoModelPermissionsOrAnonReadOnly]", "E033",
        "permissions holds DjangoModelPermissionsOrAnonReadOnly, which", ""),
    "action": (
        "auth=[Token], permissions=[NeedsAction]", "E033",
        "permissions holds NeedsAction, which asks a view for its 'action'.", ""),
    "get_queryset": (
        "auth=[Token], permissions=[NeedsQueryset]", "E033",
        "permissions holds NeedsQueryset, which asks a view for its 'get_queryset'.", ""),
    "throttle_scope": (
        "auth=[Token], permissions=[NeedsScope]", "E033",
        "permissions holds NeedsScope, which asks a view for its 'throttle_scope'.", ""),
}  # fmt: skip


@pytest.mark.parametrize("mode", ["wsgi"])
@pytest.mark.parametrize("name", REFUSED)
def test_a_class_that_cannot_guard_a_route_is_an_error_and_lets_nobody_in(
    api: Any, name: str, mode: str
) -> None:
    text, id, message, hint = REFUSED[name]
    served = api({**PEOPLE, "a.py": f"{DRF}{USE}{CLASSES}config = Config({text})\n{GET}"})
    check_refused(served, "a.py", id, message, hint)


def test_what_a_folder_declares_is_refused_for_each_file_below(api: Any) -> None:
    served = api(
        {**PEOPLE, "_middleware.py": config("auth=[Token], permissions=[IsOwner]"), "a.py": GET}
    )
    check_refused(served, "a.py", "E032", OBJECT_ALONE, "")


@pytest.mark.parametrize(
    "asked",
    [
        "getattr(view, 'action', None) != 'destroy'",
        "not hasattr(view, 'required_scopes')",
        "getattr(view, 'queryset', None) is None",
    ],
)
def test_a_class_that_asks_its_view_and_takes_no_for_an_answer_lets_nobody_in(
    api: Any, asked: str
) -> None:
    permission = f"""
class Asks(BasePermission):
    def has_permission(self, request, view):
        return {asked}
"""
    text = f"{USE}{permission}config = Config(auth=[Token], permissions=[Asks])\n{GET}"
    served = api({**PEOPLE, "a.py": text})
    assert served.get("/api/a", **token("bob")).status_code == 500


@pytest.mark.parametrize(
    "asked", ["self.of(view)", "(lambda: view.action)()", "view.action_map", "view.queryset.model"]
)
def test_a_class_that_asks_its_view_in_another_way_answers_500_and_says_why(
    api: Any, caplog: Any, asked: str
) -> None:
    permission = f"""
class Asks(BasePermission):
    def of(self, view):
        return view.action
    def has_permission(self, request, view):
        return bool({asked})
"""
    text = f"{USE}{permission}config = Config(auth=[Token], permissions=[Asks])\n{GET}"
    served = api({**PEOPLE, "a.py": text})
    assert served.get("/api/a", **token("root")).status_code == 500
    assert "handler = ViewSet.as_view(...)" in caplog.text
