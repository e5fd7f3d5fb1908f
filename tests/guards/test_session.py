"""Session authentication: the token of Django's CSRF check, by header, and a known origin."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model

from .browser import OTHER, OWN, TOKEN, TOP, Browser
from .people import body_is_unread

pytestmark = pytest.mark.django_db

TRUSTED = {"origin": "https://app.example.com"}
UNSAFE = ["POST", "PUT", "PATCH", "DELETE"]
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(params=["cookie", "session"])
def secret_in(request: pytest.FixtureRequest, settings: Any) -> str:
    """Where Django keeps the secret of its CSRF check."""
    settings.CSRF_USE_SESSIONS = request.param == "session"
    return str(request.param)


@pytest.fixture(params=["def", "async def"])
def kind(request: pytest.FixtureRequest) -> str:
    """How the handlers are written."""
    return str(request.param)


@pytest.fixture
def user() -> Any:
    return get_user_model().objects.create_user("ann@example.com", "a good password")


@pytest.fixture
def browser(api: Any, kind: str) -> Any:
    def browser(config: str = "auth=[SessionAuthentication]", classes: str = "") -> Browser:
        answer = f"{kind} handler(req): return getattr(req.user, 'email', '')"
        text = f"{TOP}{classes}\nconfig = Config({config})\n{answer}"
        return Browser(api({"a.py": text, **TOKEN}))

    return browser


def refused_for(answer: Any) -> str:
    assert answer.status_code == 403
    return str(answer.json()["detail"])


@pytest.mark.usefixtures("secret_in")
@pytest.mark.parametrize("method", UNSAFE)
def test_an_unsafe_method_takes_the_token_from_the_header(
    browser: Any, user: Any, method: str
) -> None:
    ann = browser()
    token = ann.log_in(user)
    assert ann.send(method, token, **OWN).json() == "ann@example.com"
    assert refused_for(ann.send(method, **OWN)) == "CSRF Failed: CSRF token missing."
    for wrong in ("x", token[:-1], token[::-1], token.swapcase(), 32 * "a", 64 * "b"):
        assert "CSRF Failed: CSRF token from the 'X-Csrftoken'" in refused_for(
            ann.send(method, wrong, **OWN)
        )


@pytest.mark.usefixtures("secret_in")
def test_a_field_of_the_form_does_not_count_and_the_body_is_not_read(
    browser: Any, user: Any
) -> None:
    ann = browser()
    token = ann.log_in(user)
    for content_type in (FORM, "multipart/form-data; boundary=x"):
        data = f"csrfmiddlewaretoken={token}"
        if content_type != FORM:
            name = 'Content-Disposition: form-data; name="csrfmiddlewaretoken"'
            data = f"--x\r\n{name}\r\n\r\n{token}\r\n--x--\r\n"
        answer = ann.served.post("/api/a", data=data, content_type=content_type, headers=OWN)
        assert refused_for(answer) == "CSRF Failed: CSRF token missing."
        assert body_is_unread(answer)
        headers = {**OWN, "x-csrftoken": token}
        answer = ann.served.post("/api/a", data=data, content_type=content_type, headers=headers)
        assert (answer.status_code, body_is_unread(answer)) == (200, True)


@pytest.mark.usefixtures("secret_in")
def test_the_token_of_somebody_else_is_wrong(browser: Any, user: Any) -> None:
    ann = browser()
    ann.log_in(user)
    eve = Browser(ann.served)
    other = eve.log_in(get_user_model().objects.create_user("eve@example.com", "x"))
    assert eve.send(token=other, **OWN).status_code == 200
    ann = Browser(ann.served)
    ann.log_in(user)
    assert "incorrect" in refused_for(ann.send(token=other, **OWN))


def test_a_token_without_its_secret_is_wrong(browser: Any, user: Any) -> None:
    ann = browser()
    token = ann.log_in(user)
    del ann.current.cookies["csrftoken"]
    assert refused_for(ann.send(token=token, **OWN)) == "CSRF Failed: CSRF cookie not set."


def test_the_name_of_the_header_is_that_of_the_settings(
    browser: Any, user: Any, settings: Any
) -> None:
    settings.CSRF_HEADER_NAME = "HTTP_X_OWN_TOKEN"
    ann = browser()
    token = ann.log_in(user)
    assert ann.send(token=token, **OWN).status_code == 403
    assert ann.send(**OWN, **{"x-own-token": token}).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("headers", [{}, OTHER, {"sec-fetch-site": "cross-site"}])
def test_a_safe_method_needs_neither(
    browser: Any, user: Any, method: str, headers: dict[str, str]
) -> None:
    ann = browser()
    ann.log_in(user)
    assert ann.send(method, **headers).status_code == 200


SAME_SITE = [
    ({"origin": "http://testserver"}, True),
    ({"sec-fetch-site": "same-origin"}, True),
    ({"sec-fetch-site": "none"}, True),
    ({"referer": "http://testserver/page"}, True),
    (TRUSTED, True),
    ({**TRUSTED, "sec-fetch-site": "cross-site"}, True),
    # No browser says nothing, and a session is a browser's.
    ({}, False),
    ({"authorization": "Bearer x"}, False),
    ({"authorization": "Bearer x", **OTHER}, False),
    ({"authorization": "Basic eDp5", "sec-fetch-site": "cross-site"}, False),
    ({"authorization": ""}, False),
    ({"referer": ""}, False),
    (OTHER, False),
    ({"origin": "null"}, False),
    ({"sec-fetch-site": "cross-site"}, False),
    ({"sec-fetch-site": "same-site"}, False),
    ({"referer": "https://evil.example/http://testserver/"}, False),
    ({"sec-fetch-site": "same-origin", **OTHER}, False),
    ({"x-requested-with": "XMLHttpRequest"}, False),
]


@pytest.mark.usefixtures("secret_in")
@pytest.mark.parametrize(("headers", "passes"), SAME_SITE)
def test_with_the_right_token_the_origin_counts_too(
    browser: Any, user: Any, settings: Any, headers: dict[str, str], passes: bool
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://app.example.com"]
    ann = browser()
    answer = ann.send(token=ann.log_in(user), **headers)
    assert answer.status_code == (200 if passes else 403)


def test_over_tls_the_own_origin_is_that_of_tls(browser: Any, user: Any) -> None:
    ann = browser()
    token = ann.log_in(user)
    for origin, status in (("https://testserver", 200), ("http://testserver", 403)):
        headers = {"origin": origin, "x-csrftoken": token}
        assert ann.served.post("/api/a", headers=headers, secure=True).status_code == status


def test_a_class_that_skips_the_token_does_not_skip_the_origin(browser: Any, user: Any) -> None:
    classes = "class Lax(SessionAuthentication):\n    def enforce_csrf(self, request): ..."
    ann = browser("auth=[Lax]", classes)
    ann.log_in(user)
    assert ann.send(**OWN).status_code == 200
    for headers in ({}, OTHER, {"authorization": "Bearer x"}):
        assert "another origin" in refused_for(ann.send(**headers))


def test_who_has_no_session_needs_no_token(browser: Any) -> None:
    stranger = browser()
    answer = stranger.send()
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Session realm="api"')
    stranger = browser("auth=[SessionAuthentication], permissions=None")
    assert stranger.send().status_code == 200


def test_with_optional_authentication_a_session_needs_its_token(browser: Any, user: Any) -> None:
    ann = browser("auth=[SessionAuthentication], permissions=None")
    token = ann.log_in(user)
    assert ann.send(**OWN).status_code == 403
    assert ann.send(token=token, **OWN).json() == "ann@example.com"


def test_a_disabled_user_is_a_stranger(browser: Any, user: Any) -> None:
    ann = browser()
    token = ann.log_in(user)
    user.is_active = False
    user.save()
    assert ann.send(token=token, **OWN).status_code == 401
    assert ann.send("GET").status_code == 401


def test_a_permission_is_asked_about_the_user_of_the_session(browser: Any, user: Any) -> None:
    ann = browser("auth=[SessionAuthentication], permissions=[IsAdminUser]")
    token = ann.log_in(user)
    assert "permission" in refused_for(ann.send(token=token, **OWN))
    user.is_staff = True
    user.save()
    assert ann.send(token=token, **OWN).status_code == 200


def test_djangos_test_client_just_works(api: Any, kind: str, user: Any) -> None:
    text = f"{TOP}config = Config(auth=[SessionAuthentication])\n"
    served = api({"a.py": f"{text}{kind} POST(req): return req.user.pk"})
    assert served.post("/api/a").status_code == 401
    (served.client if served.mode == "wsgi" else served.async_client).force_login(user)
    assert served.post("/api/a").json() == user.pk
    assert served.post("/api/a", json={"a": 1}).json() == user.pk
