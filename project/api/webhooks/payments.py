from typing import Annotated, Literal

from django.conf import settings
from msgspec import Meta, Struct

from fileapi import Config, HttpError
from fileapi.webhooks import verify
from project.payments.models import Payment

config = Config(auth=None)

Text = Annotated[str, Meta(min_length=1, max_length=100, pattern="^[ -~]*$")]


class Paid(Struct):
    order: Text
    amount: Annotated[int, Meta(gt=0, lt=10**15)]  # in the currency's smallest unit
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]


class Event(Struct):
    """The one type that the sender is told to send."""

    type: Literal["payment.succeeded"]
    data: Paid


def POST(req, body: Event):
    """Note a payment, once, however often its webhook comes."""
    if not settings.PAYMENTS_WEBHOOK_SECRETS:
        raise HttpError(404, "Nobody is set up to send payments.")
    delivery = verify(req, secret=settings.PAYMENTS_WEBHOOK_SECRETS, scheme="standard")
    Payment.objects.get_or_create(
        event_id=delivery.id,
        defaults={
            "order": body.data.order,
            "amount": body.data.amount,
            "currency": body.data.currency,
            "paid_at": delivery.sent_at,
        },
    )
    return {"status": "received"}
