"""Whose key it is, and what it was sent with: two digests, so that neither is in the database."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from django.conf import settings

from fileapi.guards.digest import digest
from fileapi.http.request import Request

_MULTIPART = "multipart/form-data"


def of_key(req: Request, scope: str, key: str) -> str:
    """Return the digest of a key, the same for one client and one route file alone."""
    return digest([scope, *_client(req), key])


def of_request(req: Request) -> str:
    """Return the digest of what must not change from one try to the next.

    That is the method, the path, the query string, the content type and the body. Of a form with
    files it is what the form says: each try has another boundary. Raises HttpError where the body
    cannot be had.
    """
    meta = req.django.META
    path = req.path.rstrip("/")  # with a slash at the end or without, it is one route
    if req.django.content_type == _MULTIPART:
        body = [_MULTIPART, *_form(req)]
    else:
        body = [meta.get("CONTENT_TYPE", ""), sha256(req.raw_body).hexdigest()]
    return digest([req.method, path, meta.get("QUERY_STRING", ""), *body])


def _client(req: Request) -> list[str]:
    """Return who is asking: the user, whom a new token does not change, else the credentials.

    Not the address, which changes while somebody is on the way. Clients that show no credentials
    share one set of keys.
    """
    user = getattr(req, "user", None)
    if user is not None and user.is_authenticated and user.pk is not None:
        kind = user.__class__  # of what a lazy object holds
        return ["user", kind.__module__, kind.__qualname__, str(user.pk)]
    authorization = req.django.META.get("HTTP_AUTHORIZATION", "")
    session = req.cookies.get(settings.SESSION_COOKIE_NAME, "")
    return ["credentials", authorization, session]


def _form(req: Request) -> Iterator[str]:
    _ = req.body  # parsed, or refused
    for name, values in req.django.POST.lists():
        for value in values:
            yield from ("field", name, value)
    for name, files in req.files.lists():
        for file in files:
            inside = sha256()
            for chunk in file.chunks():
                inside.update(chunk)
            file.seek(0)
            yield from ("file", name, file.name, file.content_type or "", inside.hexdigest())
