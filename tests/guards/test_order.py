"""Guards in their order, before middleware, and before the body."""

from __future__ import annotations

from typing import Any

import pytest

from .people import PEOPLE, USE, body_is_unread, seen, token

CROSS_SITE = {"cookie": "a=b", "origin": "https://evil.example"}
RATED = f"{USE}from fileapi import Rate\nfrom msgspec import Struct\n"
NOTES = """
from {dots}_who import seen
def middleware(req, res, next):
    seen.append("{name}")
    next()
"""
EVERY = """
def count(req):
    seen.append(f"rate of {{req.user.username}}")
    return req.user.pk

class Body(Struct):
    a: int

def first(req, res, next):
    seen.append("first")
    next()

def second(req, res, next):
    seen.append("second")
    next()

middleware = [first, second]
config = Config(
    rate=[Rate("{user}/min", per=count), "{address}/min"],
    permissions=[IsRoot, Nods],
    auth=[Key, Token],
)

{kind} POST(body: Body):
    seen.append("handler")
    return body.a
"""


@pytest.fixture(params=["def", "async def"])
def kind(request: pytest.FixtureRequest) -> str:
    """How the handlers are written."""
    return str(request.param)


@pytest.fixture
def serve(api: Any, kind: str) -> Any:
    def serve(user: int = 100, address: int = 100) -> Any:
        return api(
            {
                **PEOPLE,
                "_middleware.py": NOTES.format(dots=".", name="root"),
                "in/_middleware.py": NOTES.format(dots="..", name="folder"),
                "in/a.py": RATED.replace("._who", ".._who")
                + EVERY.format(kind=kind, user=user, address=address),
            }
        )

    return serve


def sent(served: Any, json: Any = None, **headers: str) -> Any:
    return served.post("/api/in/a", json={"a": 1} if json is None else json, headers=headers)


GUARDS = ["Key", "Token", "IsRoot", "Nods", "rate of root"]
WHOLE = [*GUARDS, "root", "folder", "first", "second", "handler"]


def test_each_step_runs_once_in_its_order(serve: Any) -> None:
    served = serve()
    assert sent(served, authorization="Token root").json() == 1
    assert seen(served) == WHOLE
    sent(served, authorization="Token root", cookie="a=b", origin="http://testserver")
    assert seen(served) == 2 * WHOLE


def test_the_body_is_read_after_middleware(serve: Any) -> None:
    served = serve()
    answer = sent(served, json={"a": "x"}, authorization="Token root")
    assert answer.status_code == 422
    assert seen(served) == WHOLE[:-1]


def test_same_origin_stands_before_the_limits(serve: Any) -> None:
    served = serve(address=1)
    for _ in range(3):
        answer = sent(served, **CROSS_SITE)
        assert answer.status_code == 403
        assert "RateLimit" not in answer.headers
    assert body_is_unread(answer)
    assert seen(served) == []
    assert sent(served, authorization="Token root").status_code == 200


def test_addresses_are_counted_before_anybody_is_asked_who_they_are(serve: Any) -> None:
    served = serve(address=2)
    assert [sent(served, authorization="Token eve").status_code for _ in range(2)] == [401, 401]
    noted = list(seen(served))
    answer = sent(served, authorization="Token root")
    assert (answer.status_code, seen(served)) == (429, noted)
    assert body_is_unread(answer)


def test_users_are_counted_once_it_is_known_that_they_may(serve: Any) -> None:
    served = serve(user=1)
    for headers, status in (
        ({}, 401),
        ({"authorization": "Token eve"}, 401),
        ({"authorization": "Token ann"}, 403),
    ):
        answer = sent(served, **headers)
        assert (answer.status_code, body_is_unread(answer)) == (status, True)
    assert set(seen(served)) == {"Key", "Token", "IsRoot"}
    assert sent(served, authorization="Token root").status_code == 200
    seen(served).clear()
    answer = sent(served, authorization="Token root")
    assert (answer.status_code, seen(served)) == (429, GUARDS)
    assert body_is_unread(answer)


def test_a_method_that_is_not_there_is_neither_counted_nor_asked(serve: Any) -> None:
    served = serve(address=1)
    for method, status in (("GET", 405), ("PUT", 405), ("OPTIONS", 204), ("BREW", 405)):
        assert served.request(method, "/api/in/a", headers=CROSS_SITE).status_code == status
    assert seen(served) == []
    assert sent(served, authorization="Token root").status_code == 200


@pytest.mark.parametrize("guard", ["permission", "authentication"])
@pytest.mark.parametrize(
    "asked",
    [
        "data",
        "POST",
        "FILES",
        "body",
        "stream",
        "read()",
        "data.get('a')",
        "readline()",
        "readlines()",
    ],
)
def test_a_guard_that_asks_for_the_body_is_a_bug_that_reads_nothing(
    api: Any, kind: str, caplog: Any, guard: str, asked: str
) -> None:
    text = f"""
class Asks(BasePermission, BaseAuthentication):
    def has_permission(self, request, view):
        request.{asked}
        return True
    def authenticate(self, request):
        request.{asked}
config = Config({
        "auth=None, permissions=[Asks]"
        if guard == "permission"
        else "auth=[Asks], permissions=None"
    })
{kind} POST(): return "let in"
"""
    served = api({**PEOPLE, "a.py": USE + text})
    form = {"content_type": "application/x-www-form-urlencoded", "data": "a=1"}
    answer = served.post("/api/a", **form, **token("root"))
    assert answer.status_code == 500
    assert "Guards run before it is read" in caplog.text
    assert body_is_unread(answer)


def test_a_check_of_an_object_reads_no_body_either(api: Any, kind: str, caplog: Any) -> None:
    text = f"""
class Asks(BasePermission):
    def has_object_permission(self, request, view, obj):
        return request.data == obj
config = Config(auth=None, permissions=[Asks])
{kind} POST(req): req.check({{}})
"""
    served = api({**PEOPLE, "a.py": USE + text})
    answer = served.post("/api/a", json={})
    assert (answer.status_code, body_is_unread(answer)) == (500, True)
    assert "Guards run before it is read" in caplog.text


def test_what_stands_beside_the_body_may_be_asked(api: Any, kind: str) -> None:
    text = f"""
class Asks(BasePermission):
    def has_permission(self, request, view):
        assert request.content_type == request.META["CONTENT_TYPE"] == "text/plain"
        assert request.headers["Content-Length"] == "3"
        assert request.query_params["q"] == request.GET["q"] == "1"
        assert (request.method, request.path) == ("POST", "/api/a")
        assert request.COOKIES == {{}} and request.get_host() == "testserver"
        return True
config = Config(auth=None, permissions=[Asks])
{kind} POST(body): return body
"""
    served = api({**PEOPLE, "a.py": USE + text})
    assert served.post("/api/a?q=1", data="abc", content_type="text/plain").json() == "abc"
