from django.contrib.auth import authenticate, user_logged_in

from fileapi import Config, HttpError, Rate
from project.accounts import tokens
from project.accounts.hashing import hashing
from project.api._accounts import PER_ADDRESS, email_of, password_of

config = Config(auth=None, rate=PER_ADDRESS)
# From all addresses together. The window moves: nobody is locked out for good.
PER_ACCOUNT = Rate("10/10min", when_down="closed")


def POST(req, body):
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
