"""``req.check(obj)``: the route's permissions, asked about one object."""

from __future__ import annotations

from typing import Any

import pytest

from .books import BOOKS, fares
from .people import PEOPLE, USE, token


def test_the_owner_passes_others_are_refused_and_strangers_asked_who_they_are(books: Any) -> None:
    served = books("auth=[Token], permissions=[IsOwner]")
    assert fares(served, "", "ann", "bob", "root") == {"": 401, "ann": 200, "bob": 403, "root": 403}
    stranger = served.get("/api/1")
    assert stranger.headers["WWW-Authenticate"] == 'Token realm="tests"'
    assert stranger.json()["detail"] == "Authentication credentials were not provided."
    assert served.get("/api/1", **token("bob")).json()["detail"] == "It is not yours."


def test_without_any_authentication_a_refusal_is_403(books: Any) -> None:
    served = books("auth=None, permissions=[IsOwner]")
    answer = served.get("/api/1", **token("ann"))
    assert (answer.status_code, "WWW-Authenticate" in answer.headers) == (403, False)


def test_g20_nobody_reaches_what_is_another_ones(books: Any) -> None:
    served = books("auth=[Token], permissions=[IsAuthenticated, IsOwner]")
    own = {"ann": 1, "bob": 2}
    found = {
        (name, pk): served.get(f"/api/{pk}", **token(name)).status_code
        for name in own
        for pk in (1, 2, 3)
    }
    assert found == {
        ("ann", 1): 200,
        ("ann", 2): 403,
        ("ann", 3): 404,
        ("bob", 1): 403,
        ("bob", 2): 200,
        ("bob", 3): 404,
    }
    for spelling in ("/api/2/", "/api/2?pk=1", "/api/%32", "/api/2?owner=ann"):
        assert served.get(spelling, **token("ann")).status_code == 403
    assert served.head("/api/2", **token("ann")).status_code == 403


HIDDEN = """
class IsHidden(IsOwner):
    def has_object_permission(self, request, view, obj):
        if not super().has_object_permission(request, view, obj):
            raise Http404
        return True
"""


def test_g20_a_permission_may_make_a_foreign_object_look_absent(books: Any) -> None:
    served = books("auth=[Token], permissions=[IsHidden]", HIDDEN)
    foreign, absent = (served.get(f"/api/{pk}", **token("ann")) for pk in (2, 3))
    assert (foreign.status_code, foreign.content) == (404, absent.content)
    assert served.get("/api/1", **token("ann")).status_code == 200


@pytest.mark.parametrize(
    ("permissions", "let_in"),
    [
        ("IsOwner | IsAdminUser", ["ann", "root"]),
        ("IsAdminUser | IsOwner", ["ann", "root"]),
        ("IsOwner & IsAuthenticated", ["ann"]),
        ("IsOwner, IsAuthenticated", ["ann"]),
        ("IsOwner, IsRoot", []),
    ],
)
def test_combined_permissions_decide_together(
    books: Any, permissions: str, let_in: list[str]
) -> None:
    served = books(f"auth=[Token], permissions=[{permissions}]")
    found = fares(served, "", "ann", "bob", "root")
    assert [name for name, status in found.items() if status == 200] == let_in
    assert found[""] == 401


def test_the_permissions_of_the_folders_above_are_asked_too(books: Any) -> None:
    served = books(
        "permissions=[Nods]",
        **{"_middleware.py": f"{USE}config = Config(auth=[Token], permissions=[IsOwner])"},
    )
    assert fares(served, "ann", "bob") == {"ann": 200, "bob": 403}


def test_each_object_is_asked_about(api: Any) -> None:
    text = f"""{USE}{BOOKS}
config = Config(auth=[Token], permissions=[IsOwner])
def GET(req):
    for book in BOOKS.values():
        req.check(book)
    return "let in"
"""
    served = api({**PEOPLE, "a.py": text})
    assert served.get("/api/a", **token("ann")).status_code == 403


def test_a_refusal_may_be_caught_and_another_object_asked_about(api: Any) -> None:
    text = f"""{USE}{BOOKS}from rest_framework.exceptions import PermissionDenied
config = Config(auth=[Token], permissions=[IsOwner])
def GET(req):
    found = []
    for pk, book in BOOKS.items():
        try:
            req.check(book)
        except PermissionDenied:
            continue
        found.append(pk)
    return found
"""
    served = api({**PEOPLE, "a.py": text})
    assert served.get("/api/a", **token("bob")).json() == [2]


def test_middleware_may_check_for_the_handler(api: Any) -> None:
    text = f"""{USE}{BOOKS}
config = Config(auth=[Token], permissions=[IsOwner])
def middleware(req, res, next):
    req.check(BOOKS[req.params["pk"]])
    next()
def GET(pk): return pk
"""
    served = api({**PEOPLE, "[pk=int].py": text})
    assert fares(served, "", "ann", "bob") == {"": 401, "ann": 200, "bob": 403}


def test_it_is_req_user_who_is_asked_about(api: Any) -> None:
    text = f"""{USE}{BOOKS}from django.contrib.auth.models import AnonymousUser
config = Config(auth=[Token], permissions=[IsOwner])
def middleware(req, res, next):
    if "as" in req.query:
        req.user = person(req.query["as"])
    next()
def GET(pk, req):
    req.check(BOOKS[pk])
    return req.user.username
"""
    served = api({**PEOPLE, "[pk=int].py": text})
    assert served.get("/api/1?as=ann", **token("root")).json() == "ann"
    assert served.get("/api/1?as=bob", **token("ann")).status_code == 403
