from django.contrib.auth import logout
from rest_framework.authentication import SessionAuthentication

from fileapi import Config, HttpError
from project.accounts import tokens
from project.accounts.authentication import AccessToken
from project.api._fields import text

# A refresh token alone will do, so nobody need be known.
config = Config(auth=[AccessToken, SessionAuthentication], permissions=None)


def POST(req, body) -> None:
    """End what was sent: the log-in of either token, and Django's session."""
    if body:
        tokens.end_by(text(body, "refresh_token", max_length=1024))
    elif not req.user.is_authenticated:
        raise HttpError(400, "Send the refresh token, the access token, or the session's cookie.")
    if req.auth is not None:
        tokens.end_of(req.auth)
    logout(req.django)
