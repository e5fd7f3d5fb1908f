"""Log records as a handler of a site's gets them."""

from __future__ import annotations

import gc
import logging
from typing import Any

from fileapi.request_log import RequestId


class Records(logging.Handler):
    """Keeps every record of its ``with`` block, filtered as for printing."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Any] = []
        self.addFilter(RequestId())

    def __enter__(self) -> Records:
        gc.collect()  # streams that other tests left open are logged when they are collected
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, *error: object) -> None:
        logging.getLogger().removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(record)

    def ids(self, logger: str) -> list[str]:
        """Return the request ids of a logger's records."""
        return [record.request_id for record in self.found if record.name == logger]
