"""``/api/health/live``: this process answers. Nothing else is asked, so nothing else fails it."""

from __future__ import annotations

from fileapi.http.request import Request
from fileapi.http.response import Response

from .non_atomic import non_atomic


@non_atomic
def GET(req: Request, res: Response) -> None:
    """Say that this process answers."""
    res.cache(no_store=True).json({"status": "ok"})
