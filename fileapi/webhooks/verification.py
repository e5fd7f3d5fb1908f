"""``verify()``: a webhook is from who it says, fresh, and new; or it is refused."""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NoReturn

from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from msgspec import Struct

from fileapi.http.errors import HttpError
from fileapi.http.request import Request

from .schemes import SCHEMES, Signed, Unsigned
from .secrets import keys

logger = logging.getLogger("fileapi.webhooks")

TOLERANCE = 300  # seconds, before and after; Stripe's and Standard Webhooks' own


class Delivery(Struct, frozen=True):
    """A genuine webhook.

    ``id``: which event it tells of, the same when the sender tries again, and signed: Stripe's
    event id, the ``webhook-id``, for GitHub the SHA-256 of the body. ``sent_at``: None for GitHub.
    """

    id: str
    sent_at: datetime | None


def verify(req: Request, *, secret: str | Sequence[str], scheme: str) -> Delivery:
    """Return what a webhook is, by the signature of its body as it was sent.

    ``scheme``: ``"stripe"``, ``"github"`` or ``"standard"`` (Standard Webhooks, Svix). ``secret``:
    one, or a list while it changes. A message with a time is good for `TOLERANCE`, and once, as far
    as Django's default cache is shared.
    Raises HttpError 400 for every webhook that is not good, 503 while the cache is down, and
    ImproperlyConfigured for another scheme or a weak secret.
    """
    if scheme not in SCHEMES:
        raise ImproperlyConfigured(f"scheme={scheme!r} is none of: {', '.join(SCHEMES)}.")
    signs = SCHEMES[scheme]
    with_keys = keys(signs, secret)
    body = req.raw_body
    try:
        signed = signs.read(req.headers, body)
    except Unsigned as error:
        _refuse(scheme, str(error))
    if not _is_genuine(signed, with_keys):
        _refuse(scheme, "no signature that fits")
    if signed.sent_at is None:
        return Delivery(signs.identity(req.headers, body), None)
    now = time.time()
    if abs(now - signed.sent_at) > TOLERANCE:
        _refuse(scheme, f"sent {now - signed.sent_at:.0f} s ago")
    _claim(scheme, signed.message, signed.sent_at + TOLERANCE - now)
    sent_at = datetime.fromtimestamp(signed.sent_at, UTC)
    return Delivery(signs.identity(req.headers, body), sent_at)


def _is_genuine(signed: Signed, with_keys: list[bytes]) -> bool:
    expected = [hmac.digest(key, signed.message, "sha256") for key in with_keys]
    # All pairs, whichever fits: the time tells neither which secret nor which signature.
    fits = [hmac.compare_digest(mine, its) for mine in expected for its in signed.signatures]
    return any(fits)


def _claim(scheme: str, message: bytes, good_for: float) -> None:
    """Take a message for this request alone, for as long as another could come with it.

    A sender that tries again signs another time, so that is another message.
    """
    digest = hashlib.sha256(message).hexdigest()
    try:
        is_first = cache.add(f"fileapi.webhooks.{scheme}.{digest}", 1, timeout=int(good_for) + 1)
    except Exception as error:  # of any cache's client
        logger.error("A webhook (%s) is put off: %s", scheme, type(error).__name__)
        raise HttpError(503, "Try again.", headers={"Retry-After": "1"}) from error
    if not is_first:
        _refuse(scheme, "come before")


def _refuse(scheme: str, why: str) -> NoReturn:
    logger.warning("A webhook (%s) is refused: %s.", scheme, why)
    raise HttpError(400, "This is no webhook that was signed for here, or not a fresh one.")
