"""How a token is sent, and how not."""

from __future__ import annotations

from typing import Any

import pytest

from fileapi.auth import JWTAuthentication, issue

from .asking import INVALID, ask_view, status_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
def test_f17_the_scheme_is_in_any_case(ask: Any, user: Any, scheme: str) -> None:
    assert ask(f"{scheme} {issue(user)}").status_code == 200


MALFORMED = [
    *("Bearer", "Bearer ", "Bearer  {}", "Bearer\t{}", "Bearer,{}", "Bearer={}", "Bearer:{}"),
    *(
        "Bearer {},{}",
        "Bearer {}, Bearer {}",
        "Bearer {}, Basic YTpi",
        "Bearer {} {}",
        "Bearer {}=",
    ),
    *('Bearer "{}"', "Bearer token={}", "Bearer Bearer {}", "Bearer x", "bearer x,y", "Bearer {};"),
    *("Bearer \u00e9", "Bearer {}\u00e9", "Bearer\u00a0{}", "Bearer null", "Bearer undefined"),
    "Bearer " + "x" * 8192,
]


@pytest.mark.parametrize("form", MALFORMED)
def test_f17_a_malformed_bearer_header_is_refused(user: Any, form: str) -> None:
    header = form.replace("{}", issue(user))
    status, challenge, _ = status_of(ask_view([JWTAuthentication], header))
    assert (status, challenge) == (401, INVALID)


def test_f17_a_refused_token_is_told_from_none(ask: Any) -> None:
    assert status_of(ask("Bearer x,y"))[:2] == (401, INVALID)
    assert status_of(ask())[:2] == (401, 'Bearer realm="api"')


@pytest.mark.parametrize("form", ["Basic YTpi", "Token {}", "BearerX {}", "X-Bearer {}", "{}", ""])
def test_f17_another_scheme_is_for_another_class(ask: Any, user: Any, form: str) -> None:
    status, challenge, _ = status_of(ask(form.replace("{}", issue(user))))
    assert (status, challenge) == (401, 'Bearer realm="api"')


def test_f17_the_challenge_does_not_hang_on_the_first_class(user: Any) -> None:
    class Nobody(JWTAuthentication):
        def authenticate(self, request: Any) -> None:
            return None

        def authenticate_header(self, request: Any) -> str:
            return ""

    response = ask_view([Nobody, JWTAuthentication], "Bearer x")
    assert status_of(response)[:2] == (401, INVALID)


def test_f19_a_token_in_the_query_is_ignored(ask: Any, user: Any) -> None:
    token = issue(user)
    for name in ("access_token", "token", "jwt", "Authorization", "authorization"):
        for value in (token, f"Bearer%20{token}"):
            status, challenge, _ = status_of(ask(query=f"?{name}={value}"))
            assert (status, challenge) == (401, 'Bearer realm="api"')


def test_f11_every_character_of_a_sent_token_counts(ask: Any, user: Any) -> None:
    token = issue(user)
    for at in range(0, len(token), 17):
        other = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        assert status_of(ask(f"Bearer {other}"))[:2] == (401, INVALID), at
