"""``Config(auth=..., permissions=...)``: who gets in, and as whom."""

from __future__ import annotations

from typing import Any

import pytest

from .people import NO_CREDENTIALS, PEOPLE, USE, refusal, seen, token


@pytest.fixture(params=["lazy", "eager"])
def loading(request: pytest.FixtureRequest) -> str:
    """Guard the files that are imported on first use, and all of them at once."""
    return str(request.param)


def test_authentication_alone_lets_in_who_is_known(guarded: Any) -> None:
    served = guarded("auth=[Token]")
    assert refusal(served.get("/api/a")) == NO_CREDENTIALS
    assert refusal(served.post("/api/a")) == NO_CREDENTIALS
    assert served.get("/api/a", **token("ann")).json() == ["ann", {"scopes": ["ann"]}]
    assert served.post("/api/a", **token("ann")).json() == "changed"


def test_with_permissions_none_authentication_is_optional_and_still_exact(guarded: Any) -> None:
    served = guarded("auth=[Token], permissions=None")
    assert served.get("/api/a").json() == ["", None]
    assert served.get("/api/a", **token("bob")).json() == ["bob", {"scopes": ["bob"]}]
    assert refusal(served.get("/api/a", **token("eve"))) == (
        401,
        "Nobody has this token.",
        'Token realm="tests"',
    )


def test_who_is_known_and_may_not_gets_403_with_the_words_of_the_permission(guarded: Any) -> None:
    served = guarded("auth=[Token], permissions=[IsRoot]")
    assert refusal(served.get("/api/a")) == NO_CREDENTIALS
    assert refusal(served.get("/api/a", **token("ann"))) == (403, "Only root may.", None)
    assert served.get("/api/a", **token("root")).json()[0] == "root"


def test_a_permission_without_words_gets_those_of_drf(guarded: Any) -> None:
    served = guarded("auth=[Token], permissions=[IsAdminUser]")
    assert refusal(served.get("/api/a", **token("ann"))) == (
        403,
        "You do not have permission to perform this action.",
        None,
    )
    assert served.get("/api/a", **token("root")).status_code == 200


def test_every_permission_must_agree(guarded: Any) -> None:
    served = guarded("auth=[Token], permissions=[IsAuthenticated, IsRoot, Nods]")
    assert served.get("/api/a", **token("ann")).status_code == 403
    assert seen(served)[-1] == "IsRoot"  # who has been refused is not asked about any further
    assert served.get("/api/a", **token("root")).status_code == 200
    assert seen(served)[-1] == "Nods"


@pytest.mark.parametrize(
    ("permissions", "let_in"),
    [
        ("IsRoot | Nods", ["ann", "root"]),
        ("IsRoot & Nods", ["root"]),
        ("~IsRoot", ["ann"]),
        ("~IsRoot & (IsAdminUser | IsAuthenticated)", ["ann"]),
        ("~~IsRoot", ["root"]),
    ],
)
def test_permissions_may_be_combined(guarded: Any, permissions: str, let_in: list[str]) -> None:
    served = guarded(f"auth=[Token], permissions=[{permissions}]")
    names = ["ann", "root"]
    answers = {name: served.get("/api/a", **token(name)).status_code for name in names}
    assert answers == {name: 200 if name in let_in else 403 for name in names}


def test_a_permission_may_decide_by_the_parameters_and_the_method(api: Any, kind: str) -> None:
    config = """
    class Own(BasePermission):
        def has_permission(self, request, view):
            assert view.args == ()
            assert view.request is request
            return view.kwargs["pk"] == 7 and request.method != "DELETE" and "q" in request.GET
    config = Config(auth=None, permissions=[Own])
    """.replace("\n    ", "\n")
    handlers = f"{kind} GET(pk): return pk\n{kind} DELETE(pk): return pk"
    served = api({**PEOPLE, "[pk=int].py": f"{USE}{config}\n{handlers}"})
    assert served.get("/api/7?q=1").json() == 7
    assert served.get("/api/7").status_code == 403
    assert served.get("/api/8?q=1").status_code == 403
    assert served.delete("/api/7?q=1").status_code == 403


# The first class that knows the request speaks; the first that has a challenge is the one named.


@pytest.mark.parametrize(
    ("classes", "challenge"),
    [
        ("Token, Nobody", 'Token realm="tests"'),
        ("Nobody, Token", "Nobody"),
        ("Key, Token", 'Token realm="tests"'),
        ("Key", 'Session realm="api"'),
    ],
)
def test_401_names_the_first_way_in_for_missing_and_wrong_credentials(
    guarded: Any, classes: str, challenge: str
) -> None:
    served = guarded(f"auth=[{classes}]")
    answers = [served.get("/api/a")]
    if "Token" in classes:
        answers.append(served.get("/api/a", **token("eve")))
    if "Key" in classes:
        answers.append(served.get("/api/a", headers={"x-key": "wrong"}))
    assert {(answer.status_code, answer.headers["WWW-Authenticate"]) for answer in answers} == {
        (401, challenge)
    }


def test_the_first_class_that_knows_the_request_decides(guarded: Any) -> None:
    served = guarded("auth=[Key, Token]")
    both = {"x-key": "1", "authorization": "Token bob"}
    assert served.get("/api/a", headers=both).json() == ["ann", None]
    assert "Token" not in seen(served)
    assert served.get("/api/a", **token("bob")).json()[0] == "bob"
    wrong_first = {"x-key": "2", "authorization": "Token bob"}
    assert served.get("/api/a", headers=wrong_first).status_code == 401


def test_each_class_is_asked_once(guarded: Any) -> None:
    served = guarded("auth=[Token], permissions=[IsAuthenticated, Nods]")
    for _ in range(3):
        assert served.get("/api/a", **token("ann")).status_code == 200
    assert seen(served) == 3 * ["Token", "Nods"]


def test_what_a_class_keeps_is_gone_with_the_request(api: Any, kind: str) -> None:
    classes = """
class Counts(BaseAuthentication):
    times = 0
    def authenticate(self, request):
        self.times += 1
        return person("ann"), self.times

class Once(BasePermission):
    times = 0
    def has_permission(self, request, view):
        self.times += 1
        return self.times == 1
"""
    text = f"{USE}{classes}config = Config(auth=[Counts], permissions=[Once])\n"
    served = api({**PEOPLE, "a.py": f"{text}{kind} GET(req): return req.auth"})
    assert [served.get("/api/a").json() for _ in range(3)] == [1, 1, 1]
