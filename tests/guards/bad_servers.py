"""Servers that are there and answer badly: late, wrongly, or not at all."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress


@contextmanager
def hung() -> Iterator[int]:
    """Yield a port where connections are taken, by the kernel, and nobody reads them."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        yield listening.getsockname()[1]


@contextmanager
def full() -> Iterator[int]:
    """Yield a port that takes no more connections, and does not say so: SYNs go unanswered."""
    with (
        socket.create_server(("127.0.0.1", 0), backlog=0) as listening,
        ExitStack() as waiting,
    ):
        address = listening.getsockname()
        for _ in range(4):
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(address)
        yield address[1]


@contextmanager
def saying(answer: bytes) -> Iterator[int]:
    """Yield a port where each connection is answered with some bytes, and closed."""

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(1024)
            connection.sendall(answer)

    with _serving(serve) as port:
        yield port


@contextmanager
def late(port: int, seconds: float) -> Iterator[int]:
    """Yield a port that leads to another one, with answers that come later."""

    def serve(connection: socket.socket) -> None:
        with (
            connection,
            socket.create_connection(("127.0.0.1", port), timeout=30) as behind,
            suppress(OSError),
        ):
            while asked := connection.recv(65_536):
                behind.sendall(asked)
                answer = behind.recv(65_536)
                time.sleep(seconds)
                connection.sendall(answer)

    with _serving(serve) as near:
        yield near


@contextmanager
def _serving(serve: object) -> Iterator[int]:
    assert callable(serve)
    threads = []
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:

        def accept() -> None:
            with suppress(OSError):  # the end: the socket is shut down
                while True:
                    connection, _ = listening.accept()
                    connection.settimeout(30)
                    thread = threading.Thread(target=serve, args=(connection,), daemon=True)
                    thread.start()
                    threads.append(thread)

        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            accepting.join(timeout=5)
