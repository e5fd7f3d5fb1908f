"""What the tests of the site's endpoints share."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from fileapi.guards import store
from project.accounts.models import User

Call = Callable[..., Any]

EMAIL = "ada@example.com"
PASSWORD = "a long sentence"


@pytest.fixture(autouse=True)
def forget_counts(settings: Any) -> Callable[[], None]:
    """Begin each test with nobody counted and nothing cached; return what does so within one."""
    settings.FILEAPI_RATE_STORE = "memory://"
    store._stores.clear()
    cache.clear()
    return store._stores.clear


@pytest.fixture
def call(client: Client) -> Call:
    """Send JSON, or a form where ``value`` is None; return the response."""

    def call(method: str, path: str, value: Any = None, **options: Any) -> Any:
        if value is not None:
            options |= {"data": json.dumps(value), "content_type": "application/json"}
        return client.generic(method, path, **options)

    return call


@pytest.fixture
def refused(call: Call) -> Call:
    """Send what is to be refused; return the status, what is said, and the faulty fields."""

    def refused(method: str, path: str, value: Any = None, **options: Any) -> Any:
        response = call(method, path, value, **options)
        problem = response.json()
        assert response["Content-Type"] == "application/problem+json"
        assert problem["status"] == response.status_code
        pointers = [error["pointer"] for error in problem.get("errors", [])]
        return response.status_code, problem.get("detail"), pointers

    return refused


@pytest.fixture
def ada(db: None) -> User:
    """Somebody who can log in, by EMAIL and PASSWORD."""
    return User.objects.create_user(EMAIL, PASSWORD, name="Ada")


@pytest.fixture
def log_in(call: Call) -> Call:
    """Log in; return the response."""

    def log_in(email: str = EMAIL, password: str = PASSWORD, **options: Any) -> Any:
        return call("POST", "/api/auth/login", {"email": email, "password": password}, **options)

    return log_in


def bearer(pair: dict[str, str]) -> dict[str, str]:
    """Return what Django's client needs to send an access token."""
    return {"HTTP_AUTHORIZATION": f"Bearer {pair['access_token']}"}


@pytest.fixture
def pair(ada: User, log_in: Any) -> dict[str, str]:
    """The two tokens of a log-in."""
    return dict(log_in().json())


@pytest.fixture
def renew(call: Any) -> Callable[[dict[str, str]], Any]:
    return lambda pair: call("POST", "/api/auth/refresh", {"refresh_token": pair["refresh_token"]})


@pytest.fixture
def is_dead(call: Any, renew: Any) -> Callable[[dict[str, str]], bool]:
    """Say whether both tokens are refused; the access token is tried first."""

    def is_dead(pair: dict[str, str]) -> bool:
        me = call("GET", "/api/auth/me", **bearer(pair))
        refreshed = renew(pair)
        assert me.status_code == refreshed.status_code
        if me.status_code == 401:
            assert 'error="invalid_token"' in me["WWW-Authenticate"]
            assert 'error="invalid_token"' in refreshed["WWW-Authenticate"]
        return bool(me.status_code == 401)

    return is_dead
