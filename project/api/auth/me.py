from rest_framework.authentication import SessionAuthentication

from fileapi import Config
from project.accounts.authentication import AccessToken
from project.accounts.schemas import AccountOut

config = Config(auth=[AccessToken, SessionAuthentication])


def GET(req) -> AccountOut:
    """Show the account that one is logged in to."""
    return req.user
