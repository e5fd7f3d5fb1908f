from django.db import transaction
from msgspec import Struct

from fileapi import Config, HttpError
from project.accounts import tokens
from project.accounts.schemas import TokenPair
from project.api._fields import Token, by_hand, text

config = Config(auth=None)


class Refresh(Struct):
    refresh_token: Token


# With ATOMIC_REQUESTS a 401 would take back the end of the log-in.
@transaction.non_atomic_requests
def POST(body: by_hand(Refresh)) -> TokenPair:
    """Get the next two tokens. A refresh token is good once."""
    pair = tokens.renew(text(body, "refresh_token", max_length=1024))
    if pair is None:
        raise HttpError(
            401,
            "The refresh token is not good any more. Log in.",
            headers={"WWW-Authenticate": 'Bearer realm="api", error="invalid_token"'},
        )
    return pair
