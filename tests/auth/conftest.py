"""What the tests of tokens share."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured

from fileapi.auth import InvalidToken, JWTAuthentication, KeysUnavailable, fetch, jwks, verify
from fileapi.auth.settings import check_settings

from .asking import ROUTE, ask_view
from .crafted import FILEAPI_JWT
from .issuer import Issuer


@pytest.fixture
def loading() -> str:
    """Import on first use: that makes no difference here."""
    return "lazy"


@pytest.fixture(autouse=True)
def _jwt(settings: Any) -> None:
    settings.FILEAPI_JWT = FILEAPI_JWT


@pytest.fixture
def refusal_of() -> Callable[[Any], str]:
    """Return why a token is refused; an empty string for one that is taken."""

    def refusal_of(token: Any) -> str:
        try:
            verify(token)
        except InvalidToken as error:
            return str(error)
        return ""

    return refusal_of


@pytest.fixture
def issuer(settings: Any) -> Iterator[Issuer]:
    """Start an issuer, whose tokens alone are taken."""
    with Issuer() as running:
        settings.FILEAPI_JWT = {
            **FILEAPI_JWT,
            "KEYS": [],
            "JWKS_URL": running.url,
            "JWKS_ALGORITHM": "RS256",
        }
        yield running


@pytest.fixture
def fault_of(settings: Any) -> Any:
    """Return what is said of FILEAPI_JWT with changes; an empty string if it is good."""

    def fault_of(**changes: Any) -> str:
        settings.FILEAPI_JWT = FILEAPI_JWT | changes
        try:
            check_settings()
        except ImproperlyConfigured as error:
            assert str(error).startswith("FILEAPI_JWT: ")
            return str(error)
        return ""

    return fault_of


@pytest.fixture
def fault_of_key(fault_of: Any) -> Any:
    """Return what is said of one key, which is named."""

    def fault_of_key(**entry: Any) -> str:
        entry = {"id": "the key", "algorithm": "HS256", **entry}
        said = str(fault_of(KEYS=[*FILEAPI_JWT["KEYS"], entry]))
        assert not said or "'the key'" in said
        return said

    return fault_of_key


@pytest.fixture
def user() -> Any:
    return get_user_model().objects.create_user(email="ada@example.com", password="a password")


WAYS = ["file, wsgi", "file, asgi", "async file, wsgi", "async file, asgi", "view"]


@pytest.fixture(params=WAYS)
def way(request: Any) -> str:
    """What the token is sent to."""
    return str(request.param)


@pytest.fixture
def mode(way: str) -> str:
    """Over which of Django's two handlers the test's requests go."""
    return way.rpartition(" ")[2]


@pytest.fixture
def ask(way: str, api: Any) -> Callable[..., Any]:
    """Send an Authorization header to a file, an async one, or a view. Return the response."""
    if way == "view":
        return lambda header=None, **options: ask_view([JWTAuthentication], header, **options)
    site = api({"me.py": ROUTE.format(prefix="async " if "async" in way else "")})

    def ask(header: str | None = None, query: str = "") -> Any:
        headers = {} if header is None else {"Authorization": header}
        return site.get(f"/api/me{query}", headers=headers)

    return ask


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a server as long as it takes to see that the wait ends."""
    monkeypatch.setattr(fetch, "DEADLINE", 0.3)


@pytest.fixture
def why_not() -> Callable[[str], str]:
    """Return why nothing is fetched. It takes no longer than is allowed, and leaves no thread."""

    def why_not(url: str) -> str:
        start = time.monotonic()
        with pytest.raises(fetch.FetchFailed) as caught:
            fetch.fetch_json(url)
        assert time.monotonic() - start < fetch.DEADLINE + 1
        end = time.monotonic() + 5
        while any(thread.name == "fileapi-fetch" for thread in threading.enumerate()):
            assert time.monotonic() < end, "a thread is left"
            time.sleep(0.01)
        return str(caught.value)

    return why_not


@pytest.fixture
def outcome(refusal_of: Any) -> Any:
    """Return what becomes of a token: "", why it is refused, or how long to wait."""

    def outcome(token: str) -> str | int:
        try:
            return str(refusal_of(token))
        except KeysUnavailable as error:
            return error.wait

    return outcome


class Clock:
    """The clock of the fetches, in seconds."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(jwks, "time", clock)
    return clock
