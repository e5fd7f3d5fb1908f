"""Whether the server is about to stop: known to all its processes before the listener closes."""

from __future__ import annotations

import mmap
import os
import signal
from typing import Any

# Anonymous memory stays shared with the processes that are forked after this import.
_flag = mmap.mmap(-1, 1)


def is_stopping() -> bool:
    """Tell whether this server has been told to stop."""
    return _flag[0] != 0


def drain_on_term(seconds: float) -> None:
    """Make SIGTERM stop this process ``seconds`` after it has come; until then ready says 503.

    For the main process of a server that forks, before it forks: gunicorn's ``when_ready``. What
    handles SIGTERM by then handles it afterwards. A second SIGTERM stops at once.
    """
    process = os.getpid()
    stop = signal.getsignal(signal.SIGTERM)

    def begin(number: int, frame: Any) -> None:
        signal.signal(signal.SIGTERM, stop)
        if os.getpid() != process:  # a child that has no handler of its own yet
            os.kill(os.getpid(), signal.SIGTERM)
            return
        _flag[0] = 1
        # A timer of the system's: with a thread, the main process could not fork safely any more.
        signal.signal(signal.SIGALRM, lambda *_: os.kill(process, signal.SIGTERM))
        signal.setitimer(signal.ITIMER_REAL, seconds)

    signal.signal(signal.SIGTERM, begin)
