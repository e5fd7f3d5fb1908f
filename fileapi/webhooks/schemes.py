"""How senders sign: a request to what was signed, and the signatures it came with.

Nothing here is a secret, and nothing is believed yet.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping

import msgspec
from msgspec import Struct

MAX_ID = 255
MAX_SIGNATURES = 16  # of one request; a sender has one for each secret, during a change of them


class Unsigned(Exception):
    """The request is none that this scheme could have signed. Its text is for the log."""


class Signed(Struct, frozen=True):
    """``sent_at`` is in seconds since 1970, None where the scheme signs no time."""

    message: bytes
    signatures: list[bytes]
    sent_at: int | None


class Scheme(Struct, frozen=True):
    """``identity``: what tells one event from another, of a request that is known to be genuine."""

    read: Callable[[Mapping[str, str], bytes], Signed]
    identity: Callable[[Mapping[str, str], bytes], str]
    min_secret: int  # bytes
    has_base64_secret: bool = False


def _stripe(headers: Mapping[str, str], body: bytes) -> Signed:
    """https://docs.stripe.com/webhooks#verify-manually"""
    items = [
        item.strip().partition("=") for item in _header(headers, "stripe-signature").split(",")
    ]
    times = [value for name, _, value in items if name == "t"]
    if len(times) != 1:
        raise Unsigned("not one time")
    # v0 is Stripe's of test events alone.
    found = [value for name, _, value in items if name == "v1"]
    message = times[0].encode() + b"." + body
    return Signed(message, list(_decoded(found, bytes.fromhex)), _seconds(times[0]))


def _github(headers: Mapping[str, str], body: bytes) -> Signed:
    """https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries"""
    name, _, value = _header(headers, "x-hub-signature-256").partition("=")
    found = [value] if name == "sha256" else []
    return Signed(body, list(_decoded(found, bytes.fromhex)), None)


def _standard(headers: Mapping[str, str], body: bytes) -> Signed:
    """https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md"""
    prefix = _prefix(headers)
    id = _header(headers, f"{prefix}-id")
    # The dot is what the parts of the message are told by.
    if "." in id or not id.isascii() or len(id) > MAX_ID:
        raise Unsigned("an id that is none")
    time = _header(headers, f"{prefix}-timestamp")
    items = [item.partition(",") for item in _header(headers, f"{prefix}-signature").split(" ")]
    found = [value for version, _, value in items if version == "v1"]  # v1a is by a public key
    message = f"{id}.{time}.".encode() + body
    return Signed(message, list(_decoded(found, _from_base64)), _seconds(time))


def _stripe_id(headers: Mapping[str, str], body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Event).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _digest(headers, body)


def _standard_id(headers: Mapping[str, str], body: bytes) -> str:
    return _header(headers, f"{_prefix(headers)}-id")


def _digest(headers: Mapping[str, str], body: bytes) -> str:
    # X-GitHub-Delivery is not signed: who has one delivery could send it under any other id.
    return hashlib.sha256(body).hexdigest()


class _Event(Struct):
    id: str


SCHEMES = {
    "stripe": Scheme(_stripe, _stripe_id, min_secret=16),
    "github": Scheme(_github, _digest, min_secret=16),
    # 24 is the specification's own least.
    "standard": Scheme(_standard, _standard_id, min_secret=24, has_base64_secret=True),
}


def _prefix(headers: Mapping[str, str]) -> str:
    """Return how the headers begin: Svix sends the same ones under its own name."""
    return "webhook" if headers.get("webhook-id") else "svix"


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name)
    if not value:
        raise Unsigned(f"no {name}")
    return value


def _seconds(text: str) -> int:
    if not re.fullmatch("[0-9]{1,12}", text):
        raise Unsigned("a time that is none")
    return int(text)


def _decoded(found: list[str], decode: Callable[[str], bytes]) -> Iterator[bytes]:
    """Yield the signatures that can be read; one that cannot is nobody's."""
    for value in found[:MAX_SIGNATURES]:
        try:
            yield decode(value)
        except ValueError:
            continue


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error
