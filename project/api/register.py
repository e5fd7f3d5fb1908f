from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from project.accounts.models import User
from project.api._accounts import save_new
from project.api._fields import text

MAX_PASSWORD = 1024  # bytes; a longer one only buys the client our time


def POST(body, res):
    email = text(body, "email", max_length=254)
    password = text(body, "password", max_length=MAX_PASSWORD)
    user = User(email=User.objects.normalize_email(email))
    user.clean_fields(exclude=["password"])
    check_password(password, user)
    # A fifth of a second of work, so before the transaction that other writers wait for.
    user.set_password(password)
    save_new(user)
    res.status(201).json({"status": "registered"})


def check_password(password, user):
    if len(password.encode()) > MAX_PASSWORD:
        raise ValidationError({"password": f"This must not be longer than {MAX_PASSWORD} bytes."})
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from None
