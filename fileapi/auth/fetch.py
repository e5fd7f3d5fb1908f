"""One GET of a JSON document, bounded in time and size, which follows no redirect."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import msgspec

DEADLINE = 2.0  # seconds, for the whole of it: name, connection, TLS, answer
LIMIT = 1024 * 1024  # bytes of the answer


class FetchFailed(Exception):
    """Say why there is no document."""


def fetch_json(url: str) -> Any:
    """Return the JSON document at an http or https URL. Raises FetchFailed within DEADLINE."""
    fetch = _Fetch(url)
    # A thread of its own, because neither the look-up of a name nor an answer that comes byte by
    # byte ends by a socket's time-out.
    thread = threading.Thread(target=fetch.run, name="fileapi-fetch", daemon=True)
    thread.start()
    thread.join(DEADLINE)
    if thread.is_alive():
        fetch.abandon()
        raise FetchFailed(f"no whole answer within {DEADLINE:g} s")
    if fetch.fault is not None:
        raise FetchFailed(str(fetch.fault) or type(fetch.fault).__name__) from fetch.fault
    try:
        return msgspec.json.decode(fetch.body)
    except (ValueError, RecursionError):
        raise FetchFailed("the answer is no JSON") from None


class _Fetch:
    def __init__(self, url: str) -> None:
        self.url = url
        self.body = b""
        self.fault: Exception | None = None
        self._connection: socket.socket | None = None
        self._abandoned = False

    def run(self) -> None:
        try:
            self.body = self._get()
        except Exception as error:  # it is raised in the thread that waits
            self.fault = error
        finally:
            if self._connection is not None:
                self._connection.close()

    def abandon(self) -> None:
        """End the thread's waiting."""
        self._abandoned = True
        if self._connection is not None:
            with contextlib.suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)

    def _get(self) -> bytes:
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        is_https = parts.scheme == "https"
        port = parts.port or (443 if is_https else 80)
        # The thread that waits gives up first, and says so; this is for one that nobody waits for.
        self._connection = socket.create_connection((host, port), timeout=2 * DEADLINE)
        if is_https:
            self._connection = ssl.create_default_context().wrap_socket(
                self._connection, server_hostname=host, do_handshake_on_connect=False
            )
        if self._abandoned:
            raise FetchFailed("abandoned")
        if isinstance(self._connection, ssl.SSLSocket):
            self._connection.do_handshake()
        client = HTTPConnection(host, port)
        client.sock = self._connection
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Host": parts.netloc, "Accept": "application/json", "Connection": "close"}
        client.request("GET", target, headers=headers)
        # Closed with the block: a response that is not read to its end keeps its socket open.
        with client.getresponse() as response:
            if response.status != 200:
                raise FetchFailed(f"the status is {response.status}")
            kind = response.headers.get_content_type()
            if kind != "application/json" and not kind.endswith("+json"):
                raise FetchFailed(f"the content type is {kind!r}")
            body = response.read(LIMIT + 1)
        if len(body) > LIMIT:
            raise FetchFailed(f"the answer has more than {LIMIT} bytes")
        return body
