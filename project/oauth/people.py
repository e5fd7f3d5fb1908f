"""Who a provider says somebody is."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from msgspec import Struct

from project.accounts.models import User

from .transport import ProviderFault


class Person(Struct, frozen=True):
    """A person, identified by issuer and subject together. ``email`` is a verified one, or None."""

    issuer: str
    subject: str
    email: str | None
    name: str


def person(claims: dict[str, Any]) -> Person:
    """Return whom the claims of a validated ID token name. Raises ProviderFault for nobody."""
    subject = claims["sub"]
    # OpenID Connect Core 1.0, section 2: at most 255 ASCII characters.
    if not (0 < len(subject) <= 255 and subject.isascii() and subject.isprintable()):
        raise ProviderFault("a subject that is none")
    return Person(claims["iss"], subject, _verified_email(claims), _name(claims.get("name")))


def _verified_email(claims: dict[str, Any]) -> str | None:
    email = claims.get("email")
    # Not by truth: some providers send the text "false".
    if claims.get("email_verified") is not True or not isinstance(email, str):
        return None
    try:
        User._meta.get_field("email").run_validators(email)
    except ValidationError:
        return None
    return email or None


def _name(name: object) -> str:
    if not isinstance(name, str):
        return ""
    return "".join(character for character in name if character.isprintable()).strip()[:150]
