"""The URL of this site that providers send browsers back to."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from .providers import Provider


def callback_url(request: HttpRequest, provider: Provider) -> str:
    """Return a provider's redirect_uri: below SITE_URL, or the request's host where that is unset.

    Each provider has one of its own, so that none can pass on another's answer (RFC 9700, 4.4.2).
    """
    path = reverse("api:auth/[provider]/callback", kwargs={"provider": provider.name})
    if settings.SITE_URL:
        return settings.SITE_URL + path
    return request.build_absolute_uri(path)  # Django holds the host against ALLOWED_HOSTS
