"""Which request a log record belongs to."""

from __future__ import annotations

import logging
from contextvars import ContextVar

NO_REQUEST = "-"

# Set by `fileapi.middleware.RequestLog`. A thread of asgiref's has its caller's value.
current_id: ContextVar[str] = ContextVar("request_id", default=NO_REQUEST)


class RequestId(logging.Filter):
    """Put ``request_id`` on each record: the id of the request it is of, ``-`` without one.

    It belongs on a handler: filters of a logger do not see the records of its children.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the record pass; one that has an id keeps it."""
        if not hasattr(record, "request_id"):
            record.request_id = current_id.get()
        return True
