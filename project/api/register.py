from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from fileapi import Config, Rate
from project.accounts.hashing import hashing
from project.accounts.models import User
from project.api._accounts import PER_ADDRESS, email_of, password_of, save_new

config = Config(auth=None, rate=PER_ADDRESS)
PER_EMAIL = Rate("100/hour", when_down="closed")


def POST(req, body, res):
    email = email_of(body)
    password = password_of(body)
    req.limit(PER_EMAIL, email.lower())
    user = User(email=email)
    user.clean_fields(exclude=["password"])
    check_password(password, user)
    # A fifth of a second of work, so before the transaction that other writers wait for.
    with hashing():
        user.set_password(password)
    save_new(user)
    res.status(201).json({"status": "registered"})


def check_password(password, user):
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from None
