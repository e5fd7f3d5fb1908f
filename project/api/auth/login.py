from django.contrib.auth import authenticate, user_logged_in

from fileapi import Config, HttpError, Rate
from project.accounts import tokens
from project.accounts.hashing import hashing
from project.accounts.schemas import TokenPair
from project.api._accounts import PER_ADDRESS, Credentials, email_of, password_of
from project.api._fields import by_hand

config = Config(auth=None, rate=PER_ADDRESS)
# From all addresses together. The window moves: nobody is locked out for good.
PER_ACCOUNT = Rate("10/10min", when_down="closed")


def POST(req, body: by_hand(Credentials)) -> TokenPair:
    """Log in by email and password."""
    email, password = email_of(body), password_of(body)
    req.limit(PER_ACCOUNT, email.lower())
    with hashing():
        user = authenticate(req.django, username=email, password=password)
    if user is None:
        # The same for every reason, in the same time.
        raise HttpError(
            401,
            "The email or the password is wrong.",
            headers={"WWW-Authenticate": 'Bearer realm="api"'},
        )
    user_logged_in.send(type(user), request=req.django, user=user)
    return tokens.start(user)
