"""A guard that fails lets nobody in."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from .failing import authentication, behind, nobody_gets_in, permission
from .people import PEOPLE, seen, token


@pytest.fixture(params=["def", "async def"])
def kind(request: pytest.FixtureRequest) -> str:
    """How the handlers are written."""
    return str(request.param)


@pytest.fixture
def guarded(api: Any, kind: str) -> Any:
    """Serve ``a.py`` behind a class: ``guarded("class Guard: ...", "auth=[Guard]")``."""

    def serve(classes: str, config: str) -> Any:
        return api({**PEOPLE, "a.py": behind(kind, classes, config)})

    return serve


EXCEPTIONS = [
    "1 / 0",
    "raise RuntimeError('x')",
    "raise KeyError('x')",
    "raise AttributeError('x')",
    "raise NotImplementedError",
    "raise OSError",
    "raise TimeoutError",
    "raise RecursionError",
    "raise ImproperlyConfigured('x')",
    "raise FieldError('x')",
    "raise ObjectDoesNotExist",
    "raise UnicodeDecodeError('utf-8', b'x', 0, 1, 'x')",
    "raise Exception",
    "import no_such_module",
    "assert False",
    "return no_such_name",
]


@pytest.mark.parametrize("make", [permission, authentication])
def test_f21_a_guard_that_raises_lets_nobody_in(api: Any, kind: str, make: Any) -> None:
    files = {f"{number}.py": behind(kind, *make(body)) for number, body in enumerate(EXCEPTIONS)}
    served = api({**PEOPLE, **files})
    assert all(nobody_gets_in(served, path=f"/api/{number}") for number in range(len(EXCEPTIONS)))


@pytest.mark.parametrize("make", [permission, authentication])
@pytest.mark.parametrize(
    ("error", "status"),
    [
        ("PermissionDenied('x')", 403),
        ("AuthenticationFailed", 401),
        ("NotFound", 404),
        ("Throttled", 429),
        ("SuspiciousOperation", 400),
        ("APIException", 500),
    ],
)
def test_a_refusal_that_a_guard_raises_is_the_answer(
    guarded: Any, make: Any, error: str, status: int
) -> None:
    served = guarded(*make(f"raise {error}"))
    assert served.post("/api/a").status_code == status
    assert "ran" not in seen(served)


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (authentication, "AuthenticationFailed"),
        (authentication, "NotAuthenticated"),
        (permission, "AuthenticationFailed"),
        (permission, "NotAuthenticated"),
    ],
)
def test_a_401_that_a_guard_raises_says_how_to_authenticate(
    guarded: Any, make: Any, error: str
) -> None:
    answer = guarded(*make(f"raise {error}")).get("/api/a")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("make", [permission, authentication])
def test_a_challenge_that_comes_with_the_refusal_is_kept(guarded: Any, make: Any) -> None:
    body = """
        error = AuthenticationFailed()
        error.auth_header = 'Own error="expired"'
        raise error
"""
    answer = guarded(*make(body)).get("/api/a")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Own error="expired"'


@pytest.mark.parametrize("make", [permission, authentication])
@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("asgi", "def"),
        ("asgi", "async def"),
    ],
)
def test_f21_a_guard_that_raises_stop_iteration_ends_the_request(
    guarded: Any, make: Any, mode: str, kind: str
) -> None:
    served = guarded(*make("next(iter(()))"))

    async def ask() -> Any:
        async with asyncio.timeout(2):
            return await served.async_client.get("/api/a")

    assert asyncio.run(ask()).status_code == 500


@pytest.mark.parametrize("value", ["1", "'no'", "[0]", "object()", "request.user"])
def test_a_true_answer_of_any_kind_lets_in(guarded: Any, value: str) -> None:
    assert guarded(*permission(f"return {value}")).get("/api/a").json() == "let in"


@pytest.mark.parametrize("value", ["0", "''", "[]", "None", "{}"])
def test_a_false_answer_of_any_kind_does_not(guarded: Any, value: str) -> None:
    served = guarded(*permission(f"return {value}"))
    assert (served.get("/api/a").status_code, "ran" in seen(served)) == (401, False)
    assert served.get("/api/a", **token("root")).status_code == 403


@pytest.mark.parametrize("value", ["True", "False", "()", "'ann'", "person('ann')", "(1, 2, 3)"])
def test_an_authentication_class_that_returns_no_pair_lets_nobody_in(
    guarded: Any, value: str
) -> None:
    assert nobody_gets_in(guarded(*authentication(f"return {value}")))


@pytest.mark.parametrize("user", ["None", "AnonymousUser()"])
def test_a_class_that_knows_nobody_as_somebody_lets_nobody_in(guarded: Any, user: str) -> None:
    served = guarded(*authentication(f"return {user}, 'token'", "auth=[Guard]"))
    assert nobody_gets_in(served, status=403)


@pytest.mark.parametrize(
    "body", ["1 / 0", "raise AttributeError", "return self.realm", "raise OSError"]
)
def test_f21_a_challenge_that_raises_lets_nobody_in(guarded: Any, body: str) -> None:
    classes = authentication(
        f"return None\n    def authenticate_header(self, request): {body}", "auth=[Guard]"
    )
    assert nobody_gets_in(guarded(*classes))


@pytest.mark.parametrize(
    "value", ["'a\\r\\nSet-Cookie: x=1'", "'a\\nb'", "'caf\\u00e9'", "b'x'", "1"]
)
def test_f21_a_challenge_that_is_no_header_lets_nobody_in(guarded: Any, value: str) -> None:
    served = guarded(
        *authentication(
            f"return None\n    def authenticate_header(self, request): return {value}",
            "auth=[Guard]",
        )
    )
    answer = served.get("/api/a")
    assert answer.status_code in (401, 500)
    assert "Set-Cookie" not in answer.headers
    assert "ran" not in seen(served)


def test_a_class_that_asks_for_the_user_while_it_looks_for_one_lets_nobody_in(
    guarded: Any,
) -> None:
    assert nobody_gets_in(guarded(*authentication("return request.user, None")))


def test_a_class_that_cannot_be_made_lets_nobody_in(guarded: Any) -> None:
    classes = "class Guard(BasePermission):\n    def __init__(self, wanted): ...\n"
    assert nobody_gets_in(guarded(classes, "auth=[Token], permissions=[Nods, Guard]"))
    assert nobody_gets_in(guarded("class Guard(BaseAuthentication): ...", "auth=[Guard]"))
