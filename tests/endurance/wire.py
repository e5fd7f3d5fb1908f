"""A connection whose every byte, and whose end, is the test's own."""

from __future__ import annotations

import socket
from contextlib import suppress
from http.client import HTTPResponse
from types import TracebackType
from typing import Self

END_OF_CHUNKS = b"0\r\n\r\n"


class Wire:
    """Use it by ``with``, or end it by ``leave()``."""

    def __init__(self, port: int, timeout: float = 5) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.received = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.leave()

    def get(self, target: str) -> None:
        """Send a whole request."""
        self.send(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def send_no_more(self) -> None:
        """Say that nothing follows; the answer can still be read."""
        self._socket.shutdown(socket.SHUT_WR)

    def read_until(self, text: bytes) -> bytes:
        """Return all that was received, as soon as it holds a text.

        Raises TimeoutError where it does not come, EOFError where the server closes before.
        """
        while text not in self.received:
            data = self._socket.recv(65_536)
            if not data:
                raise EOFError(f"closed before {text!r}: {self.received!r}")
            self.received += data
        return self.received

    def read_to_end(self) -> bytes:
        """Return all that was received when the server has closed the connection."""
        with suppress(ConnectionResetError):
            while data := self._socket.recv(65_536):
                self.received += data
        return self.received

    def response(self) -> HTTPResponse:
        """Return the next answer; read it to its end before the next request."""
        response = HTTPResponse(self._socket)
        response.begin()
        return response

    @property
    def status(self) -> int:
        """The status of the first answer."""
        return int(self.read_until(b"\r\n").split(b" ", 2)[1])

    def leave(self) -> None:
        """Close the connection, whatever is under way."""
        self._socket.close()
