"""Two real providers, the site in this process, and the servers of tests/live."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from project.oauth import discovery
from tests.live.conftest import (  # noqa: F401 - fixtures and a hook
    postgres_server,
    postgres_url,
    pytest_runtest_call,
    server,
)

from . import provider_process
from .faulty import Faulty

SITE_URL = "https://site.example"
SECRET = "canary-client-secret-of-32-bytes-and-more"
VICTIM = {"email": "victim@example.com"}

# Claims by subject.
ACCOUNTS: dict[str, dict[str, Any]] = {
    "ada": {"name": "Ada", "email": "ada@example.com", "email_verified": True},
    "bob": {"name": "Bob", "email": "bob@example.com", "email_verified": True},
    "nobody": {},
    "victim": {**VICTIM, "email_verified": True},
    "shouting": {"email": "VICTIM@example.com", "email_verified": True},
    "false": {**VICTIM, "email_verified": False},
    "absent": VICTIM,
    "text": {**VICTIM, "email_verified": "true"},
    "one": {**VICTIM, "email_verified": 1},
    "list": {**VICTIM, "email_verified": [True]},
}

_addresses = itertools.count(1)


def options(name: str, issuer: str) -> dict[str, str]:
    """Return what the settings say of a provider."""
    return {"issuer": issuer, "client_id": f"site-at-{name}", "client_secret": SECRET}


def _client(name: str) -> dict[str, Any]:
    return {
        "client_id": f"site-at-{name}",
        "client_secret": SECRET,
        "redirect_uris": [f"{SITE_URL}/api/auth/{name}/callback"],
    }


@pytest.fixture(scope="session")
def issuers(need: Any) -> Iterator[dict[str, str]]:
    """Two real providers: acme tells emails by userinfo, bolt in the ID token."""
    need(provider_process.programs(), provider_process.HOW_TO_GET_IT)
    acme = {"clients": [_client("acme")], "accounts": ACCOUNTS, "alg": "RS256"}
    bolt = {"clients": [_client("bolt")], "accounts": ACCOUNTS, "alg": "ES256"}
    with (
        provider_process.running({**acme, "claimsInIdToken": False}) as at_acme,
        provider_process.running({**bolt, "claimsInIdToken": True}) as at_bolt,
    ):
        yield {"acme": at_acme, "bolt": at_bolt}


@pytest.fixture
def faulty(settings: Any) -> Iterator[Faulty]:
    """A provider that does what the test says, configured as "faulty"."""
    with Faulty() as one:
        settings.OAUTH_PROVIDERS = {"faulty": options("faulty", one.issuer)}
        settings.SITE_URL = SITE_URL
        discovery.forget()
        yield one


class Browser:
    """A browser with cookies of its own, at an address of its own, on the site in this process."""

    def __init__(self) -> None:
        number = next(_addresses)
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self.client = Client(raise_request_exception=False, REMOTE_ADDR=address)

    def start(self, provider: str, **query: str) -> str:
        """Start a login. Return the URL that the site sends the browser to."""
        answer = self.client.get(f"/api/auth/{provider}/login", query)
        assert answer.status_code == 303, answer.content
        return str(answer["Location"])

    def start_to_add(self, provider: str, next: str = "/", **headers: str) -> str:
        """Start to add a login to an account. Return the URL that the site names."""
        answer = self.client.post(f"/api/auth/{provider}/login?next={next}", **headers)
        assert answer.status_code == 200, answer.content
        return str(answer.json()["url"])

    def back(self, target: str) -> Any:
        """Come back from the provider; return the site's answer."""
        return self.client.get(target)

    def log_in(self, provider: str, subject: str, **query: str) -> Any:
        """Log in from start to end; return the site's last answer."""
        return self.back(provider_process.log_in(self.start(provider, **query), subject))

    def add(self, provider: str, subject: str, **options: str) -> Any:
        """Add a login from start to end; return the site's last answer."""
        return self.back(provider_process.log_in(self.start_to_add(provider, **options), subject))

    def refused(self, target: str) -> tuple[int, str]:
        """Come back, and return status and detail of the refusal."""
        answer = self.back(target)
        problem = answer.json()
        assert answer["Content-Type"] == "application/problem+json"
        assert problem["status"] == answer.status_code
        return answer.status_code, problem["detail"]

    @property
    def user_id(self) -> int | None:
        """Whom the session is of."""
        user = self.client.session.get("_auth_user_id")
        return int(user) if user else None


@pytest.fixture
def new_browser(issuers: dict[str, str], settings: Any, db: None) -> type[Browser]:
    """Open a browser: ``new_browser()``. The site has the two real providers."""
    settings.OAUTH_PROVIDERS = {name: options(name, issuers[name]) for name in issuers}
    settings.SITE_URL = SITE_URL
    discovery.forget()
    return Browser


@pytest.fixture
def browser(new_browser: type[Browser]) -> Browser:
    """A browser, on the site with the two real providers."""
    return new_browser()


def parameters(url: str) -> dict[str, str]:
    """Return the query of a URL."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}
