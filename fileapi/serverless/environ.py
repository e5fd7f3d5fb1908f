"""The WSGI environ of an event, as gunicorn would make it of the same request."""

from __future__ import annotations

import string
from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from .event import Event, Kind, as_wsgi, context_of, paths

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

# Without "_", which would make X_Forwarded_For and X-Forwarded-For one name. gunicorn drops
# such headers too.
_NAME = frozenset(string.ascii_letters + string.digits + "-!#$%&'*+.^`|~")


class Unreadable(ValueError):
    """The body of an event is not what its flag says."""


def body_of(event: Event) -> bytes:
    """Return the bytes of the body. Raises Unreadable."""
    body = event.get("body") or ""
    try:
        if event.get("isBase64Encoded"):
            return b64decode(body, validate=True)
        return str(body).encode()
    except (ValueError, TypeError) as error:
        raise Unreadable("The body can not be decoded.") from error


def like_gunicorn(
    environ: WSGIEnvironment, event: Event, kind: Kind, body: bytes, context: Any
) -> None:
    """Mend what apig-wsgi has made of an event."""
    headers = _headers(event, kind)
    length = headers.pop("CONTENT-LENGTH", None)
    environ.pop("HTTP_COOKIE", None)  # an empty one, where there is none
    for name, value in headers.items():
        key = name.replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value

    environ["SCRIPT_NAME"], environ["PATH_INFO"] = paths(event, kind)
    environ["QUERY_STRING"] = as_wsgi(environ["QUERY_STRING"])
    environ["REMOTE_ADDR"] = _peer(event, kind, headers)
    # Gateways and function URLs take no request without TLS.
    sent = headers.get("X-FORWARDED-PROTO", "").rpartition(",")[2].strip()
    scheme = "http" if kind == "alb" and sent != "https" else "https"
    environ["wsgi.url_scheme"] = scheme
    environ["SERVER_NAME"] = str(context_of(event).get("domainName") or "localhost")
    environ["SERVER_PORT"] = "443" if scheme == "https" else "80"

    environ["apig_wsgi.full_event"] = event
    environ["wsgi.input"] = BytesIO(body)
    environ["wsgi.input_terminated"] = True
    del environ["CONTENT_LENGTH"], environ["HTTP"]  # a GET without a body has no length
    if body or length is not None:
        environ["CONTENT_LENGTH"] = str(len(body))

    # So that lines of the log are found by the id that AWS writes into its own.
    id = getattr(context, "aws_request_id", None) or context_of(event).get("requestId")
    if id and "HTTP_TRACEPARENT" not in environ:
        environ.setdefault("HTTP_X_REQUEST_ID", as_wsgi(id))


def _headers(event: Event, kind: Kind) -> dict[str, str]:
    """Return the headers by their names in capitals, repeated ones joined as gunicorn does."""
    headers: dict[str, str] = {}
    for name, value in _sent(event, kind):
        name = name.upper()
        if not name or not _NAME.issuperset(name):
            continue
        if name == "TRANSFER-ENCODING":  # undone by AWS
            continue
        # Browsers send cookies in several lines by HTTP/2 (RFC 9113, 8.2.3).
        between = "; " if name == "COOKIE" else ","
        value = as_wsgi(value).strip(" \t")
        headers[name] = f"{headers[name]}{between}{value}" if name in headers else value
    return headers


def _sent(event: Event, kind: Kind) -> Iterator[tuple[str, Any]]:
    several = event.get("multiValueHeaders")
    if several and kind != "v2":
        for name, values in several.items():
            for value in values or ():
                yield str(name), value
    else:
        for name, value in (event.get("headers") or {}).items():
            yield str(name), value
    if kind == "v2":
        for cookie in event["cookies"]:
            yield "Cookie", cookie


def _peer(event: Event, kind: Kind, headers: dict[str, str]) -> str:
    """Return who has connected to AWS, by AWS's own word.

    The first address in X-Forwarded-For, which apig-wsgi takes, is whatever the client has
    written there. A load balancer appends the one it has seen, and tells it nowhere else.
    """
    if kind == "alb":
        last = headers.get("X-FORWARDED-FOR", "").rpartition(",")[2].strip()
        # With its port where the load balancer is told to add it: 192.0.2.1:5000.
        return last.partition(":")[0] if last.count(":") == 1 else last
    about = context_of(event).get("http" if kind == "v2" else "identity") or {}
    return str(about.get("sourceIp") or "")
