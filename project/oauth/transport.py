"""HTTP to a provider: one deadline for all calls of a request, a cap, no redirect, no proxy.

The time-out of a socket is that of one read, so an answer that drips would never end. Here each
read has the time that is left.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from contextlib import suppress
from functools import cache
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from fileapi import HttpError

from .providers import Provider

SECONDS = 4.0  # for all calls of a request; with the site's own work it answers within 5
MAX_ANSWER = 1_048_576  # bytes


class ProviderFault(HttpError):
    """The provider failed. ``reason`` is for the log, and holds nothing that it sent."""

    def __init__(self, reason: str, status: int = 502) -> None:
        super().__init__(status, "The login provider does not answer as it should. Try again.")
        self.reason = reason


class Deadline:
    """A moment by which all has to be done."""

    def __init__(self) -> None:
        self.moment = time.monotonic() + SECONDS

    def left(self) -> float:
        """Return the seconds that are left. Raises TimeoutError when there are none."""
        left = self.moment - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class BoundedAdapter(BaseAdapter):
    """Sends the requests of a `requests.Session` to one provider, within a deadline."""

    def __init__(self, provider: Provider, deadline: Deadline) -> None:
        super().__init__()
        self.provider = provider
        self.deadline = deadline

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Return the answer, of status 200 or 4xx. Raises ProviderFault for everything else.

        ``options`` are of requests' own transport: its time-outs, proxies and certificates.
        """
        url = request.url or ""
        if not self.provider.trusts(url):
            raise ProviderFault("it named a URL that is not https")
        try:
            status, headers, body = _exchange(request, url, self.deadline)
        except TimeoutError:
            raise ProviderFault("no whole answer in time", 504) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ProviderFault(type(error).__name__) from None
        if status != 200 and not 400 <= status <= 499:
            raise ProviderFault(f"status {status}")
        response = requests.Response()
        response.status_code = status
        response.headers = CaseInsensitiveDict(headers)
        response.encoding = "utf-8"  # as JSON is; what is none is not worth a guess
        response.url = url
        response.request = request
        response.raw = io.BytesIO(body)
        return response

    def close(self) -> None:
        """Close nothing: each request has had a connection of its own."""


def _exchange(
    request: requests.PreparedRequest, url: str, deadline: Deadline
) -> tuple[int, list[tuple[str, str]], bytes]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connected = _connect(host, port, deadline)
    try:
        if parts.scheme == "https":
            connected.settimeout(deadline.left())
            connected = _tls().wrap_socket(connected, server_hostname=host)
        connection = http.client.HTTPConnection(host, port)
        connection.sock = _Socket(connected, deadline)
        # The host as the URL has it, and no coding that would make more of 1 MB.
        headers = {
            **request.headers,
            "Host": parts.netloc,
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        connection.request(request.method or "GET", request.path_url, request.body, headers)
        response = connection.getresponse()
        return response.status, response.getheaders(), response.read(MAX_ANSWER)
    finally:
        connected.close()


class _Socket(io.RawIOBase):
    """What http.client needs of a socket: each call has the time that is left, all have a cap."""

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self.connected = connected
        self.deadline = deadline
        self.received = 0

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.connected.settimeout(self.deadline.left())
        count = self.connected.recv_into(buffer)
        self.received += count
        if self.received > MAX_ANSWER:
            raise ProviderFault(f"an answer of more than {MAX_ANSWER} bytes")
        return count

    def sendall(self, data: Any) -> None:
        self.connected.settimeout(self.deadline.left())
        self.connected.sendall(data)

    def close(self) -> None:
        """Close nothing: http.client does it before it has read the body."""


def _connect(host: str, port: int, deadline: Deadline) -> socket.socket:
    """Return a connection to the first address of a host that takes one."""
    refused: OSError = OSError("no address")
    addresses = _addresses(host, port, deadline)
    for tried, (family, kind, protocol, _, address) in enumerate(addresses):
        made = socket.socket(family, kind, protocol)
        try:
            # One that takes no packets must leave the others some of the time.
            made.settimeout(deadline.left() / (len(addresses) - tried))
            made.connect(address)
            return made
        except OSError as error:
            made.close()
            refused = error
    raise refused


def _addresses(host: str, port: int, deadline: Deadline) -> list[Any]:
    """Return the addresses of a host, or none. The system's resolver knows no deadline."""
    found: list[Any] = []

    def look_up() -> None:
        with suppress(OSError, UnicodeError):
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))

    looking = Thread(target=look_up, daemon=True)
    looking.start()
    looking.join(deadline.left())
    deadline.left()
    return found


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
