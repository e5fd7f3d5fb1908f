"""The site's route for webhooks of payments."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from project.payments.models import Payment
from tests.webhooks.conftest import STANDARD, standard

pytestmark = pytest.mark.django_db

PATH = "/api/webhooks/payments"
EVENT = {
    "type": "payment.succeeded",
    "data": {"order": "4711", "amount": 1250, "currency": "EUR"},
}


@pytest.fixture(autouse=True)
def set_up(settings: Any) -> Iterator[None]:
    settings.PAYMENTS_WEBHOOK_SECRETS = [STANDARD]
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def send(client: Client) -> Callable[..., Any]:
    def send(event: Any = EVENT, id: str = "msg_1", later: int = 0, **headers: str) -> Any:
        body = json.dumps(event).encode()
        signed = {**standard(body, at=time.time() + later, id=id), **headers}
        return client.post(PATH, body, content_type="application/json", headers=signed)

    return send


def test_a_payment_is_noted_once_however_often_its_webhook_comes(send: Any) -> None:
    for later in (0, 5, 60):  # the sender did not get our answer
        response = send(later=later)
        assert (response.status_code, response.json()) == (200, {"status": "received"})
    payment = Payment.objects.get()
    assert (payment.event_id, payment.order) == ("msg_1", "4711")
    assert (payment.amount, payment.currency) == (1250, "EUR")
    assert abs(payment.paid_at.timestamp() - time.time()) < 30
    assert send(id="msg_2").status_code == 200
    assert Payment.objects.count() == 2


def test_nobody_else_can_note_one(send: Any, client: Client) -> None:
    assert client.post(PATH, EVENT, content_type="application/json").status_code == 400
    assert send(**{"Webhook-Id": "msg_9"}).status_code == 400
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    "data",
    [{}, {**EVENT["data"], "amount": -1}, {**EVENT["data"], "order": "\0"}],  # type: ignore[dict-item]
)
def test_a_payment_that_is_none_is_422(send: Any, data: Any) -> None:
    assert send({**EVENT, "data": data}).status_code == 422


def test_without_a_secret_there_is_no_such_route(send: Any, settings: Any) -> None:
    settings.PAYMENTS_WEBHOOK_SECRETS = []
    assert send().status_code == 404
