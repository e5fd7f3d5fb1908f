from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from msgspec import Struct

from fileapi import Config, Rate
from project.accounts.hashing import hashing
from project.accounts.models import User
from project.accounts.tasks import send_confirmation
from project.api._accounts import (
    PER_ADDRESS,
    Credentials,
    email_of,
    password_of,
    save_new,
)
from project.api._fields import by_hand

config = Config(auth=None, rate=PER_ADDRESS)
PER_EMAIL = Rate("100/hour", when_down="closed")


class Registered(Struct):
    status: str


def POST(req, body: by_hand(Credentials), res) -> Registered:
    """Make an account, to log in to by email and password."""
    email = email_of(body)
    password = password_of(body)
    req.limit(PER_EMAIL, email.lower())
    user = User(email=email)
    user.clean_fields(exclude=["password"])
    check_password(password, user)
    # A fifth of a second of work, so before the transaction that other writers wait for.
    with hashing():
        user.set_password(password)
    # Both rows or none: a crash leaves nobody without a mail, nor a mail to nobody. The task comes
    # first, so that an address that is taken takes as long.
    with transaction.atomic():
        send_confirmation.enqueue(user.email)
        save_new(user)
    res.status(201)
    return Registered("registered")


def check_password(password, user):
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from None
