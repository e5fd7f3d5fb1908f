"""A name server for one name, as Docker's is: it has the address of each container there is."""

from __future__ import annotations

import socket
import struct
from threading import Thread

A, IN = 1, 1  # RFC 1035, 3.2
TTL = 1  # seconds


class Names:
    """Answers with ``addresses``, which may be changed, whatever name is asked for."""

    def __init__(self, addresses: list[str]) -> None:
        self.addresses = addresses
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._socket.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join(timeout=5)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            query, client = self._socket.recvfrom(512)
            if not query:
                return
            self._socket.sendto(self._answer(query), client)

    def _answer(self, query: bytes) -> bytes:
        question = query[12 : query.index(b"\0", 12) + 5]
        kind, _ = struct.unpack("!HH", question[-4:])
        found = self.addresses if kind == A else []
        # A response to a recursive query, without an error; the name is the question's, at 12.
        head = query[:2] + struct.pack("!5H", 0x8180, 1, len(found), 0, 0)
        record = struct.pack("!HHHIH", 0xC00C, A, IN, TTL, 4)
        return head + question + b"".join(record + socket.inet_aton(one) for one in found)
