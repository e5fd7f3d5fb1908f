"""Speak WSGI to an application in the same process, as gunicorn would."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

Environ = dict[str, Any]


def site() -> Callable[..., Any]:
    """Return the application of the site that DJANGO_SETTINGS_MODULE names."""
    from django.conf import settings

    application: Callable[..., Any] = import_module(settings.WSGI_MAKER).get_wsgi_application()
    return application


def environ(
    method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> Environ:
    """Build what gunicorn's gthread worker hands over for a request of an API client."""
    built: Environ = {
        "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": None,
        "wsgi.input_terminated": True,
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        "SERVER_SOFTWARE": "gunicorn",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "40000",
        "REQUEST_METHOD": method,
        "QUERY_STRING": "",
        "RAW_URI": path,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_USER_AGENT": "benchmark/1.0",
        "HTTP_ACCEPT": "*/*",
        "HTTP_ACCEPT_ENCODING": "gzip, deflate",
        "HTTP_CONNECTION": "keep-alive",
    }
    for name, value in (headers or {}).items():
        key = name.upper().replace("-", "_")
        built[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    if body:
        built["CONTENT_LENGTH"] = str(len(body))
    return built


def answer(
    application: Callable[..., Any], environ: Environ, start_response: Callable[..., Any]
) -> bytes:
    """Take one answer to its end: iterate it and close it, as a server must."""
    response: Iterable[bytes] = application(environ, start_response)
    try:
        return b"".join(response)
    finally:
        close = getattr(response, "close", None)
        if close:
            close()
