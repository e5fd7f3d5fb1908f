"""What the routes that make users, or let them in, share."""

from __future__ import annotations

from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from msgspec import Meta, Struct

from fileapi import HttpError, Rate
from project.accounts.models import User
from project.api._fields import Email, text

# Of one address, which an office may share: enough for people, and too few for lists of passwords.
PER_ADDRESS = [Rate(limit, when_down="closed") for limit in ("20/min", "100/hour")]

MAX_PASSWORD = 1024  # bytes; a longer one only buys the client our time


class Credentials(Struct):
    email: Email
    password: Annotated[str, Meta(min_length=1, max_length=MAX_PASSWORD, pattern=r"^[^\u0000]*$")]


def email_of(body: Any) -> str:
    """Return the address as it is stored, or refuse it with 400 or 422."""
    email = User.objects.normalize_email(text(body, "email", max_length=254))
    # By another alphabet's letters a limit of one account could be had many times.
    if not email.isascii():
        raise ValidationError({"email": "Write the address in ASCII."})
    return email


def password_of(body: Any) -> str:
    """Return the password as it was sent: not trimmed, not normalised. Refuses with 400 or 422."""
    password = text(body, "password", max_length=MAX_PASSWORD)
    if len(password.encode()) > MAX_PASSWORD:
        raise ValidationError({"password": f"This must not be longer than {MAX_PASSWORD} bytes."})
    return password


def save_new(user: User) -> None:
    """Save a user, or answer 409 where another one has the email.

    Nothing is looked up before: between a look and the insert another request can be faster.
    """
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise HttpError(409, "Email already registered") from None
