"""Django's WSGI application, in fewer steps for each request.

What it answers is the same; a test holds it against Django's, request by request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import django
from django.conf import settings
from django.core.exceptions import BadRequest
from django.core.handlers.wsgi import LimitedStream, WSGIHandler, WSGIRequest, get_script_name
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import get_script_prefix, get_urlconf, set_script_prefix, set_urlconf
from django.utils.log import log_response

from .endpoint.view import refuse
from .http.errors import HttpError
from .signals import started

Environ = dict[str, Any]


def get_wsgi_application() -> Handler:
    """Set Django up and return the site as a WSGI application."""
    django.setup(set_prefix=False)
    return Handler()


class Request(WSGIRequest):
    """Django's request. What is plain in an environ is taken as it is, without decoding it."""

    # The last host that Django accepted, and the ALLOWED_HOSTS of then.
    _accepted: tuple[str, list[str]] = ("", [])

    def __init__(self, environ: Environ, script_name: str | None) -> None:
        path = environ.get("PATH_INFO") or "/"
        if script_name is None or not path.isascii():
            super().__init__(environ)
            return
        self.environ = self.META = environ
        self.path_info = environ["PATH_INFO"] = path
        self.path = f"{script_name.rstrip('/')}/{path.replace('/', '', 1)}"
        self.method = environ["REQUEST_METHOD"].upper()
        self._set_content_type_params(environ)
        try:
            length = int(environ.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        self._stream = LimitedStream(environ["wsgi.input"], length)
        self._read_started = False
        self.resolver_match = None
        if "HTTP_COOKIE" not in environ:
            self.COOKIES = {}

    def get_host(self) -> str:
        """Return the host that was asked for. Raises DisallowedHost outside ALLOWED_HOSTS."""
        host, allowed = Request._accepted
        if host and host == self._get_raw_host() and allowed == settings.ALLOWED_HOSTS:
            return host
        host = super().get_host()
        if settings.ALLOWED_HOSTS:
            Request._accepted = host, list(settings.ALLOWED_HOSTS)
        return host


class Handler(WSGIHandler):
    """Django's WSGI handler, with a shorter start of each request."""

    def __call__(
        self, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        plain = plain_script_name(environ)
        prefix = get_script_name(environ) if plain is None else plain
        if get_script_prefix() != f"{prefix.removesuffix('/')}/":
            set_script_prefix(prefix)
        started.send(self.__class__, environ=environ)
        response: HttpResponseBase
        try:
            request = Request(environ, plain)
        except (BadRequest, ValueError):
            response = refuse(HttpRequest(), HttpError(400, "Content-Type cannot be parsed."))
        else:
            response = self.get_response(request)
        response._handler_class = self.__class__
        start_response(
            f"{response.status_code} {response.reason_phrase}",
            [
                *response.items(),
                *(("Set-Cookie", cookie.OutputString()) for cookie in response.cookies.values()),
            ],
        )
        file = getattr(response, "file_to_stream", None)
        wrapper = environ.get("wsgi.file_wrapper")
        if file is None or not wrapper:
            return response
        # The server closes the file and not the response, which has more to close.
        file.close = response.close
        return wrapper(file, response.block_size)

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        """Return the answer of the middleware and what is inside."""
        if get_urlconf() != settings.ROOT_URLCONF:
            set_urlconf(settings.ROOT_URLCONF)
        response: HttpResponseBase = self._middleware_chain(request)
        response._resource_closers.append(request.close)
        if response.status_code >= 400:
            log_response(
                "%s: %s",
                response.reason_phrase,
                request.path,
                response=response,
                request=request,
            )
        return response


def plain_script_name(environ: Environ) -> str | None:
    """Return where the application is mounted. None where Django has to work it out."""
    name: str = environ.get("SCRIPT_NAME", "")
    if (
        name.isascii()
        and "SCRIPT_URL" not in environ
        and "REDIRECT_URL" not in environ
        and settings.FORCE_SCRIPT_NAME is None
    ):
        return name
    return None
