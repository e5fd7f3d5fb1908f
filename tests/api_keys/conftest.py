"""What the tests of API keys share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fileapi.api_keys.models import APIKey
from project.accounts.models import User


@pytest.fixture
def loading() -> str:
    """Import on first use: that makes no difference here."""
    return "lazy"


@pytest.fixture
def user(transactional_db: None) -> User:
    return User.objects.create_user("ada@example.com", name="Ada")


@pytest.fixture
def issue(user: User) -> Callable[..., tuple[APIKey, str]]:
    """Issue a key of Ada's; return its row and its text."""

    def issue(*scopes: str, **fields: Any) -> tuple[APIKey, str]:
        return APIKey.objects.issue(user, "nightly export", scopes=scopes, **fields)

    return issue


@pytest.fixture
def call(client: Any) -> Callable[..., Any]:
    """Send a GET with a value of ``Authorization``, which may be any text."""

    def call(path: str, authorization: str | None = None, **headers: str) -> Any:
        if authorization is not None:
            headers["HTTP_AUTHORIZATION"] = authorization
        return client.get(path, **headers)

    return call
