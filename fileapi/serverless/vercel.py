"""Vercel's Python runtime, which is a WSGI server of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def vercel(application: WSGIApplication) -> WSGIApplication:
    """Return the ``app`` of a Vercel function: the application, with the environ of a server.

    The runtime (vercel-runtime 0.24) leaves the path encoded, takes a list of addresses for the
    client's, and sets a length and a type for requests without a body.
    """

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["PATH_INFO"] = unquote_to_bytes(environ["PATH_INFO"].encode("latin-1")).decode(
            "latin-1"
        )
        # Vercel overwrites what the client says in this one.
        environ["REMOTE_ADDR"] = environ.get("HTTP_X_REAL_IP", "")
        for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            sent = environ.pop(f"HTTP_{name}", None)
            if sent is None:
                environ.pop(name, None)
        environ["wsgi.input_terminated"] = True
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        return application(environ, start_response)

    return app
