"""Requests without a server, and answers as they leave for one."""

from __future__ import annotations

from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.test import RequestFactory

from fileapi.config import DEFAULTS, Config
from fileapi.http.request import Request
from fileapi.http.response import Response


def wsgi(stream: Any, config: Config = DEFAULTS, **environ: Any) -> Request:
    """Return a request of a WSGI server whose body is a stream."""
    django = RequestFactory().generic("POST", "/", **{"wsgi.input": stream, **environ})
    return Request(django, {}, config)


def chunked(stream: Any, config: Config = DEFAULTS) -> Request:
    """Return a request of a WSGI server that tells where a chunked body ends."""
    environ = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    return wsgi(stream, config, CONTENT_TYPE="text/plain", **environ)


def asgi(stream: Any, config: Config = DEFAULTS, **headers: str) -> Request:
    """Return a request of an ASGI server, which Django has read into a stream."""
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "headers": [
            (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
        ],
    }
    return Request(ASGIRequest(scope, stream), {}, config)


def limit(size: int | None) -> Config:
    """Return the defaults with another ``body_limit``."""
    return Config(body_limit=size).under(DEFAULTS)


def finished(res: Response, method: str = "GET", **headers: str) -> Any:
    """Return Django's response to a request of a method."""
    return res.finish(RequestFactory().generic(method, "/", headers=headers))
