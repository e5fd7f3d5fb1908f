"""What DRF's classes get to see of a request before its handler: all but the body."""

from __future__ import annotations

from typing import Any, NoReturn

from django.http import UnreadablePostError
from rest_framework.request import Request as DrfRequest

from fileapi.http.pending import Unanswerable


class BodyUnread(UnreadablePostError):
    """A guard asked for the body.

    The name of the base makes Django's CSRF check, which asks too, go on with the header.
    """


class GuardRequest(DrfRequest):
    """DRF's request, over a body that guards leave to the handler and its limits."""

    def _unread(self) -> NoReturn:
        raise BodyUnread(
            "An authentication or permission class asked for the body. Guards run before it is "
            "read: check it in the handler, or in middleware."
        )

    body = data = POST = FILES = stream = property(_unread)

    def read(self, *args: Any) -> NoReturn:
        self._unread()

    readline = readlines = read


class RouteView:
    """Stands where DRF passes the view: a permission class may ask for its ``kwargs``.

    What else it asks for is a bug: with a default, as of ``getattr``, it might let everyone in.
    """

    args = ()

    def __init__(self, request: GuardRequest, kwargs: dict[str, Any], file: str) -> None:
        self.request = request
        self.kwargs = kwargs
        self._file = file

    def __getattr__(self, name: str) -> NoReturn:
        raise Unanswerable(
            f"A permission class of {self._file!r} asked its view for {name!r}. A route file is no "
            "view: use handler = ViewSet.as_view(...), whose own permission classes apply."
        )
