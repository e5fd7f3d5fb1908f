"""A route that takes webhooks, and senders that sign as theirs do."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from standardwebhooks import Webhook
from stripe import WebhookSignature

STRIPE = "whsec_a-secret-of-stripes-as-long-as-they-are"
GITHUB = "It's a Secret to Everybody"
STANDARD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SECRETS = {"stripe": STRIPE, "github": GITHUB, "standard": STANDARD}
BODY = b'{"id": "evt_1", "object": "event", "amount": 4711}'

ROUTE = """
from fileapi import Config
from fileapi.webhooks import verify
config = Config(auth=None)
def POST(req):
    delivery = verify(req, secret={secret!r}, scheme={scheme!r})
    return {{"id": delivery.id, "sent_at": delivery.sent_at}}
"""


@pytest.fixture(autouse=True)
def nothing_has_come_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def loading() -> str:
    """Import on first use: that makes no difference here."""
    return "lazy"


def stripe(body: bytes, secret: str = STRIPE, at: float | None = None) -> dict[str, str]:
    """Return the headers that Stripe's own package signs a body with."""
    header = WebhookSignature.generate_signature_header(
        body.decode(), secret, timestamp=int(time.time() if at is None else at)
    )
    return {"Stripe-Signature": header}


def github(body: bytes, secret: str = GITHUB, at: None = None) -> dict[str, str]:
    """Return the headers that GitHub documents."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={digest}", "X-GitHub-Delivery": "72d3162e"}


def standard(
    body: bytes, secret: str = STANDARD, at: float | None = None, id: str = "msg_1"
) -> dict[str, str]:
    """Return the headers that the reference package signs a body with."""
    moment = int(time.time() if at is None else at)
    signature = Webhook(secret).sign(id, datetime.fromtimestamp(moment, UTC), body.decode())
    return {
        "Webhook-Id": id,
        "Webhook-Timestamp": str(moment),
        "Webhook-Signature": signature,
    }


SIGNERS: dict[str, Callable[..., dict[str, str]]] = {
    "stripe": stripe,
    "github": github,
    "standard": standard,
}


@pytest.fixture
def receive(api: Any) -> Callable[..., Any]:
    """Send a webhook to a route that verifies it; return the response."""
    sites: dict[str, Any] = {}

    def receive(scheme: str, headers: Any, body: bytes = BODY, secret: Any = None) -> Any:
        secret = SECRETS[scheme] if secret is None else secret
        route = ROUTE.format(secret=secret, scheme=scheme)
        if route not in sites:
            sites[route] = api({"hook.py": route})
        options = {"data": body, "content_type": "application/json", "headers": headers}
        return sites[route].post("/api/hook", **options)

    return receive


def is_refused(response: Any) -> bool:
    """Tell whether a webhook was refused, in the one way that there is."""
    return bool(
        response.status_code == 400
        and json.loads(response.content)
        == {
            "type": "about:blank",
            "title": "Bad Request",
            "status": 400,
            "detail": "This is no webhook that was signed for here, or not a fresh one.",
        }
    )
