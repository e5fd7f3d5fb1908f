"""The link by which somebody shows that an address is theirs."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.exceptions import ImproperlyConfigured
from django.db.models import F
from django.urls import reverse

from .models import User

LIFETIME = timedelta(days=3)

_SALT = "project.accounts.confirmation"


def link(user: User) -> str:
    """Return a new link for a user's address.

    Its token is signed and nowhere stored. Raises ImproperlyConfigured without ``SITE_URL``:
    no request says where browsers find this site, and none would be trusted to.
    """
    if not settings.SITE_URL and not settings.DEBUG:
        raise ImproperlyConfigured(
            "SITE_URL is not set, and mails have links in them: SITE_URL=https://example.com"
        )
    token = signing.dumps([user.pk, user.email], salt=_SALT)
    site = settings.SITE_URL or "http://localhost:8000"  # runserver's
    return f"{site}{reverse('api:register/confirm')}?token={token}"


def confirm(token: str) -> bool:
    """Take the address of a token as its user's; tell whether the token was good for that.

    It is good once, for `LIFETIME`, and for as long as the user has this address. One that is not
    says nothing of who has which.
    """
    try:
        id, email = signing.loads(token, salt=_SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return False
    open_ones = User.objects.filter(pk=id, email=email, is_active=True)
    # One statement that looks and writes: of many at once the database lets one through.
    return bool(open_ones.exclude(confirmed_email=F("email")).update(confirmed_email=email))
