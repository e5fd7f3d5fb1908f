"""The names of the threads that go on when this request has ended."""

from __future__ import annotations

import gc
import threading


def GET():
    # What only waits for the collector, such as a thread in a cycle, is not left behind.
    gc.collect()
    this = threading.current_thread()
    names = [thread.name for thread in threading.enumerate() if thread is not this]
    # asyncio's own pool grows to its bound, whatever is asked of it.
    return sorted(name for name in names if not name.startswith("asyncio_"))
