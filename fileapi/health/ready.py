"""``/api/health/ready``: send requests here, or don't. Why not stands in the log alone."""

from __future__ import annotations

import logging

from fileapi.endpoint.view import refuse
from fileapi.http.errors import HttpError
from fileapi.http.request import Request
from fileapi.http.response import Response

from .non_atomic import non_atomic
from .stopping import is_stopping
from .stores import failures

logger = logging.getLogger("fileapi.health")

STOPPING = "the server is stopping"


@non_atomic
def GET(req: Request, res: Response) -> None:
    """Say whether this process can do its work: 503 while it cannot, or is about to stop."""
    why = [STOPPING] if is_stopping() else failures()
    _changes.tell(why)
    if not why:
        res.cache(no_store=True).json({"status": "ok"})
        return
    headers = {"Cache-Control": "no-store", "Retry-After": "1"}
    response = refuse(req.django, HttpError(503, "Not ready.", headers=headers))
    # Probes ask every few seconds: an outage would be as many errors of django.request's.
    response._has_been_logged = True  # type: ignore[attr-defined]
    res.adopt(response)


class _Changes:
    """Logs a line when it becomes ready, or is no longer, and none for every probe."""

    def __init__(self) -> None:
        self._last: list[str] = []

    def tell(self, why: list[str]) -> None:
        """Log what has changed since the last time."""
        if why == self._last:
            return
        self._last = why
        if not why:
            logger.info("Ready again.")
        elif why == [STOPPING]:
            logger.info("Not ready: %s.", STOPPING)
        else:
            logger.warning("Not ready: %s", "; ".join(why))


_changes = _Changes()
