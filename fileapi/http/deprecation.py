"""When a route is on its way out: ``Deprecation`` (RFC 9745), ``Sunset`` (RFC 8594), ``Link``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

from django.utils.http import http_date

from fileapi.config import Config

from .request import Request
from .response import Response


def announcement(config: Config) -> Callable[[Request, Response], None] | None:
    """Return a step that sets the headers of a route's config, or None where it has none."""
    headers = {}
    if config.deprecated:
        headers["Deprecation"] = f"@{moment(config.deprecated)}"
    if config.sunset:
        headers["Sunset"] = http_date(moment(config.sunset))
    if config.successor:
        headers["Link"] = f'<{config.successor}>; rel="successor-version"'
    if not headers:
        return None

    def announce(req: Request, res: Response) -> None:
        for name, value in headers.items():
            res.set_header(name, value)

    return announce


def moment(value: Any) -> int:
    """Return seconds since 1970 for an aware datetime, or for the start of a day in UTC."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(), UTC)
    return int(value.timestamp())
