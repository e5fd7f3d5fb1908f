from msgspec import Struct
from rest_framework.authentication import SessionAuthentication

from fileapi import Config, HttpError
from project.accounts.authentication import AccessToken
from project.oauth import openid, pending, providers
from project.oauth.site import callback_url

config = Config(auth=[AccessToken, SessionAuthentication], permissions=None)


class Search(Struct):
    next: str | None = None  # where to go afterwards, on this site


class Where(Struct):
    url: str


def GET(provider: str, query: Search, req, res):
    """Log in by a provider."""
    res.redirect(provider_url(provider, query, req, user=None), 303)


def POST(provider: str, query: Search, req) -> Where:
    """Return where to go to add a login to the account that one is logged in to.

    Not by GET, which any other site can make a browser send, to add a login of its own choice.
    """
    if not req.user.is_authenticated:
        raise HttpError(401, "Log in first.", headers={"WWW-Authenticate": 'Bearer realm="api"'})
    return Where(provider_url(provider, query, req, user=req.user))


def provider_url(name, query, req, user):
    provider = providers.find(name)
    state, login = pending.begin(req.session, provider, query.next, user)
    with openid.client(provider, callback_url(req.django, provider)) as client:
        url = client.authorization_url(state=state, nonce=login.nonce, verifier=login.verifier)
    login.save()
    return url
