from fileapi import HttpError
from project.oauth import accounts, openid, pending, providers
from project.oauth.site import callback_url

PARAMETERS = ("state", "code", "iss", "error")


def GET(provider: str, req, res):
    """Come back from the provider, which sends people here."""
    sent = {name: sent_once(req, name) for name in PARAMETERS}
    chosen = providers.find(provider)
    login = pending.claim(req.session, chosen, sent["state"])
    if sent["error"] is not None:
        raise HttpError(400, "The provider did not let you in.")
    if not is_code(sent["code"]):
        raise HttpError(400, "The provider has sent no code.")
    if login.user is not None and req.user.is_authenticated and req.user != login.user:
        raise HttpError(400, "You are logged in as somebody else by now.")

    with openid.client(chosen, callback_url(req.django, chosen)) as client:
        client.check_sender(sent["iss"])
        person = client.person(code=sent["code"], nonce=login.nonce, verifier=login.verifier)

    user = login.user
    if user is None:
        user = accounts.account(person, make=not req.user.is_authenticated)
    else:
        accounts.link(person, user)
    accounts.sign_in(req.django, user)
    res.redirect(login.next, 303)


def sent_once(req, name):
    values = req.query.getlist(name)
    if len(values) > 1:  # RFC 6749, 3.1
        raise HttpError(400, f"The query has {name!r} more than once.")
    return values[0] if values else None


def is_code(code):
    # RFC 6749, A.11. What is none is not worth a provider's time, or its error page.
    return bool(code) and len(code) <= 2000 and code.isascii() and code.isprintable()
