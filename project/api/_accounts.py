"""What the routes that make users share."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from fileapi import HttpError
from project.accounts.models import User


def save_new(user: User) -> None:
    """Save a user, or answer 409 where another one has the email.

    Nothing is looked up before: between a look and the insert another request can be faster.
    """
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise HttpError(409, "Email already registered") from None
