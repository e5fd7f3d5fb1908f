from rest_framework.authentication import SessionAuthentication

from fileapi import Config, HttpError
from project.accounts.authentication import AccessToken
from project.oauth import openid, pending, providers
from project.oauth.site import callback_url

config = Config(auth=[AccessToken, SessionAuthentication], permissions=None)


def GET(provider, req, res):
    """Log in."""
    res.redirect(provider_url(provider, req, user=None), 303)


def POST(provider, req):
    """Return where to go to add a login to the account that one is logged in to.

    Not by GET, which any other site can make a browser send, to add a login of its own choice.
    """
    if not req.user.is_authenticated:
        raise HttpError(401, "Log in first.", headers={"WWW-Authenticate": 'Bearer realm="api"'})
    return {"url": provider_url(provider, req, user=req.user)}


def provider_url(name, req, user):
    provider = providers.find(name)
    state, login = pending.begin(req.session, provider, req.query.get("next"), user)
    with openid.client(provider, callback_url(req.django, provider)) as client:
        url = client.authorization_url(state=state, nonce=login.nonce, verifier=login.verifier)
    login.save()
    return url
