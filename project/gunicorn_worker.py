"""gunicorn's threaded worker, and three things that it lacks. gunicorn.conf.py puts them in.

**A stop that loses no connection.** gunicorn 27 stops to accept at SIGTERM, but its socket listens
until the last open request is done. Who connects meanwhile is taken by the kernel, sends a request,
and is reset: a proxy may not send a POST again that may have been read. Here nobody gets in as
soon as SIGTERM comes, and who is in is served. A proxy that is refused goes to another server.

**An end of handlers that have none.** The worker's main thread tells the master that it lives,
while each of its other threads may be stuck.

**A limit of connections below that of open files.** Where an accept fails for want of a file, the
worker ends, with all its requests.
"""

from __future__ import annotations

import ctypes
import os
import resource
import select
import signal
import socket
import struct
import sys
import time
from contextlib import suppress
from types import FrameType
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

SO_ATTACH_FILTER = 26  # of Linux, asm-generic/socket.h

# Drops a SYN, the first packet of a connection, and lets all others pass. Closing alone would
# reset those who came between the last accept and the close.
NO_SYN = b"".join(
    struct.pack("HBBI", *instruction)  # code, jump if true, jump if false, operand
    for instruction in [
        (0x30, 0, 0, 13),  # load the byte of flags
        (0x54, 0, 0, 0x12),  # keep SYN and ACK
        (0x15, 0, 1, 0x02),  # SYN alone?
        (0x06, 0, 0, 0),  # drop
        (0x06, 0, 0, 0xFFFFFFFF),  # pass
    ]
)


def let_nobody_connect(listener: socket.socket) -> None:
    """Let those who are about to connect finish, and nobody else begin. On Linux alone.

    Some kernels keep filters to root. Whoever comes between the last accept and the close is lost
    there, as everywhere else.
    """
    if sys.platform == "linux" and listener.family in (socket.AF_INET, socket.AF_INET6):
        program = ctypes.create_string_buffer(NO_SYN)
        pointer = struct.pack("HP", len(NO_SYN) // 8, ctypes.addressof(program))
        with suppress(PermissionError):
            listener.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, pointer)


def close_the_door_on_term(master: Any) -> None:
    """Let SIGTERM close the door before gunicorn stops its workers. For ``when_ready``.

    Not when the master ends one worker, or all for a reload: its socket goes on listening then.
    """
    stop = signal.getsignal(signal.SIGTERM)
    assert callable(stop)
    process = os.getpid()

    def close_and_stop(number: int, frame: FrameType | None) -> None:
        if os.getpid() == process:  # and no child that has no handler of its own yet
            for listener in master.LISTENERS:
                let_nobody_connect(listener.sock)
        stop(number, frame)

    signal.signal(signal.SIGTERM, close_and_stop)


class Worker(ThreadWorker):
    """gthread, whose listener closes when a stop begins, and whose threads may not all hang."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The other half is for the database, uploads and what else a request opens.
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.worker_connections = min(self.worker_connections, files // 2)
        self.max_keepalived = max(0, self.worker_connections - self.cfg.threads)
        self._requests = 0  # being answered, or waiting for a thread
        self._progress = time.monotonic()  # when a thread was free, or became free

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if self.alive:
            return
        for listener in self.sockets:
            while select.select([listener], [], [], 0)[0]:
                self.accept(listener)
            listener.close()

    def enqueue_req(self, conn: Any) -> None:
        if self._requests < self.cfg.threads:
            self._progress = time.monotonic()
        self._requests += 1
        super().enqueue_req(conn)

    def finish_request(self, conn: Any, fs: Any) -> None:
        self._requests -= 1
        self._progress = time.monotonic()
        super().finish_request(conn, fs)

    def notify(self) -> None:
        """Tell the master that this worker lives, which ends it ``timeout`` after the last time.

        Not while requests wait and no thread has become free for that time.
        """
        stuck = self._requests > self.cfg.threads
        if not (stuck and time.monotonic() - self._progress > self.cfg.timeout):
            super().notify()
