"""A limited route without the rest of the site: requests to its guard, and a clock to turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import RequestFactory

from fileapi.config import DEFAULTS
from fileapi.guards.limits import limit_guard
from fileapi.guards.rate import Rate
from fileapi.http.errors import HttpError
from fileapi.http.request import Request
from fileapi.http.response import Response


class Clock:
    """Stands still until a test moves it, in seconds."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Route:
    """``Route("5/min").call(ip="192.0.2.1")`` returns the answer."""

    def __init__(self, *rates: str | Rate, scope: str = "api/route.py") -> None:
        self.guard: Callable[[Request, Response], None] = limit_guard(
            [Rate.of(rate) for rate in rates], scope
        )

    def call(self, ip: str = "192.0.2.1", user: Any = None, **headers: str) -> Response:
        django = RequestFactory().get("/", headers=headers, REMOTE_ADDR=ip)
        if user is not None:
            django.user = user
        return self.answer(Request(django, {}, DEFAULTS))

    def answer(self, req: Request) -> Response:
        res = Response()
        try:
            self.guard(req, res)
        except HttpError as error:
            res.refuse(error)
        return res

    def statuses(self, times: int, **options: Any) -> list[int]:
        return [self.call(**options).status_code for _ in range(times)]
