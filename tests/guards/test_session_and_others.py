"""What else a browser sends by itself, and who comes with two things at once."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from .browser import OTHER, OWN, TOKEN, TOP, Browser
from .people import PEOPLE

pytestmark = pytest.mark.django_db

CROSS_SITE = [
    OTHER,
    {"origin": "null"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"referer": "https://evil.example/page"},
]
FROM_HERE = [OWN, {"sec-fetch-site": "same-origin"}, {"referer": "http://testserver/"}]


def basic(password: str = "a good password", email: str = "ann@example.com") -> dict[str, str]:
    return {"authorization": "Basic " + b64encode(f"{email}:{password}".encode()).decode()}


@pytest.fixture
def user() -> Any:
    return get_user_model().objects.create_user("ann@example.com", "a good password")


@pytest.fixture(params=["def", "async def"])
def serve(request: pytest.FixtureRequest, api: Any) -> Any:
    """Serve ``a.py`` under a config, to a client that checks for CSRF as a server does."""

    def serve(config: str) -> Browser:
        # Without a guard that has looked, an async handler cannot: the session is in the database.
        answer = "str(req.user)" if config else "'let in'"
        handler = f"{request.param} handler(req): return {answer}"
        text = f"{TOP}from ._who import Token\nconfig = Config({config})\n{handler}"
        return Browser(api({**PEOPLE, **TOKEN, "a.py": text}))

    return serve


@pytest.mark.usefixtures("user")
def test_basic_authentication_passes_from_anywhere_but_another_site(serve: Any) -> None:
    served = serve("auth=[BasicAuthentication]")
    for headers in ({}, *FROM_HERE):
        assert served.send(**basic(), **headers).json() == "ann@example.com"
    for headers in CROSS_SITE:
        answer = served.send(**basic(), **headers)
        assert (answer.status_code, "another origin" in answer.json()["detail"]) == (403, True)
        assert served.send("GET", **basic(), **headers).status_code == 200


@pytest.mark.usefixtures("user")
def test_wrong_basic_credentials_are_401_with_a_challenge(serve: Any) -> None:
    served = serve("auth=[BasicAuthentication]")
    wrong = [
        {},
        basic("wrong"),
        basic(email="nobody@example.com"),
        {"authorization": "Basic"},
        {"authorization": "Basic a b"},
        {"authorization": "Basic !"},
        {"authorization": "Basic \xe9"},
        {"authorization": "Basic " + b64encode(b"\xff\xfe").decode()},
        {"authorization": "Basic " + b64encode(b"a\0b:c\0d").decode()},
        {"authorization": "Basic " + b64encode(b"no colon").decode()},
        {"authorization": "Bearer x"},
        {"authorization": ""},
    ]
    for headers in wrong:
        for method in ("GET", "POST"):
            answer = served.send(method, **headers)
            assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (
                401,
                'Basic realm="api"',
            )


def test_a_session_beside_basic_credentials_is_not_asked_for_its_token(
    serve: Any, user: Any
) -> None:
    served = serve("auth=[BasicAuthentication, SessionAuthentication]")
    token = served.log_in(get_user_model().objects.create_user("bob@example.com", "x"))
    assert served.send(**basic()).json() == "ann@example.com"
    assert served.send(**basic(), **OTHER).status_code == 403
    assert served.send(**OWN).status_code == 403
    assert served.send(token=token, **OWN).json() == "bob@example.com"
    # Another scheme is none of Basic's, and does not take the rules from a session.
    assert served.send(token=token, authorization="Bearer x").status_code == 403
    assert served.send(token=token, authorization="Bearer x", **OTHER).status_code == 403
    assert served.send(token=token, authorization="Bearer x", **OWN).json() == "bob@example.com"


def test_a_token_that_no_browser_sends_by_itself_passes_beside_a_session(
    serve: Any, user: Any
) -> None:
    served = serve("auth=[Token, SessionAuthentication]")
    served.log_in(user)
    for headers in ({}, OWN, *CROSS_SITE):
        assert served.send(authorization="Token bob", **headers).status_code == 200
    for headers in ({}, *CROSS_SITE):
        assert served.send(**headers).status_code == 403
    assert served.send(authorization="Token eve", **OWN).status_code == 401


@pytest.mark.parametrize("mode", ["wsgi"])
def test_who_the_server_names_passes_from_anywhere_but_another_site(
    api: Any, settings: Any, mode: str
) -> None:
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.RemoteUserBackend"]
    text = f"""{TOP}
from rest_framework.authentication import RemoteUserAuthentication
config = Config(auth=[RemoteUserAuthentication])
def handler(req): return str(req.user)
"""
    served = Browser(api({"a.py": text})).served
    named = {"REMOTE_USER": "ann@example.com"}
    for headers in ({}, *FROM_HERE):
        assert served.post("/api/a", headers=headers, **named).json() == "ann@example.com"
    for headers in CROSS_SITE:
        assert served.post("/api/a", headers=headers, **named).status_code == 403
    assert served.post("/api/a", headers={"remote-user": "ann@example.com"}).status_code == 401


@pytest.mark.parametrize(
    "scheme", ["", "Basic eDp5", "basic x", "Digest x", "Negotiate x", "NTLM x"]
)
def test_what_a_browser_sends_by_itself_is_no_token(serve: Any, user: Any, scheme: str) -> None:
    served = serve("")
    served.log_in(user)
    assert served.send(**OWN).json() == "let in"
    assert served.send(authorization="Bearer x", **OTHER).status_code == 200
    assert served.send(authorization=scheme, **OWN).status_code == 200
    assert served.send(**OTHER).status_code == 403
    assert served.send(authorization=scheme, **OTHER).status_code == 403
