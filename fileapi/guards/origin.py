"""A browser must not be made to send another site's request with this site's cookies."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import is_same_domain

from fileapi.http.errors import HttpError
from fileapi.http.request import Request
from fileapi.http.response import Response

OF_BROWSERS = ("basic", "digest", "negotiate", "ntlm")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def same_origin(req: Request, res: Response) -> None:
    """Refuse an unsafe request that carries cookies and comes from another site, with 403.

    A request with ``Authorization`` passes, but for the schemes that a browser answers by
    itself: it adds no token for another site.
    """
    headers = req.django.META
    if not headers.get("HTTP_COOKIE"):
        return
    authorization = headers.get("HTTP_AUTHORIZATION")
    if authorization and authorization.partition(" ")[0].lower() not in OF_BROWSERS:
        return
    if is_from_here(req.django) is False:
        raise HttpError(403, "The request comes from another origin.")


def is_from_here(request: HttpRequest) -> bool | None:
    """Tell whether a request comes from this site or a trusted one; None if nothing says.

    What the browser says of itself decides, ``Sec-Fetch-Site``, then ``Origin``, then
    ``Referer``; a client that sends none of the three is no browser. The content type and the
    body say nothing.
    """
    headers = request.META
    if headers.get("HTTP_SEC_FETCH_SITE") in ("same-origin", "none"):
        return True
    origin = headers.get("HTTP_ORIGIN")
    if origin is None and (referer := headers.get("HTTP_REFERER")):
        origin = _origin_of(referer)
    if origin is None:
        return None if "HTTP_SEC_FETCH_SITE" not in headers else False
    return origin == f"{request.scheme}://{request.get_host()}" or _is_trusted(origin)


def _origin_of(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "null"
    return f"{parts.scheme}://{parts.netloc}"


def _is_trusted(origin: str) -> bool:
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    scheme, _, host = origin.partition("://")
    return any(
        trusted.startswith(f"{scheme}://*") and is_same_domain(host, urlsplit(trusted).netloc[1:])
        for trusted in settings.CSRF_TRUSTED_ORIGINS
    )
