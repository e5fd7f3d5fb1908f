"""What schemathesis is told by code: who calls, and from where. It runs this in its process."""

from __future__ import annotations

import itertools
from typing import Any

import django
import schemathesis

django.setup()

from project.accounts import tokens  # noqa: E402
from project.accounts.models import User  # noqa: E402

STAFF = "staff@example.com"

_numbers = itertools.count()


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Come from another address each time: of one, the limits would answer nearly all."""
    high, low = divmod(next(_numbers) % 65_536, 256)
    case.headers["X-Forwarded-For"] = f"10.0.{high}.{low}"


@schemathesis.hook
def map_body(context: Any, body: Any) -> Any:
    """Send 5 for 5.0: JSON Schema calls it an integer, and msgspec does not."""
    if isinstance(body, dict):
        return {name: map_body(context, value) for name, value in body.items()}
    if isinstance(body, list):
        return [map_body(context, value) for value in body]
    return int(body) if isinstance(body, float) and body.is_integer() else body


@schemathesis.auth(refresh_interval=None)
class Token:
    """A log-in for each case, for some of them end it."""

    def get(self, case: Any, context: Any) -> str:
        return str(tokens.start(User.objects.get(email=STAFF))["access_token"])

    def set(self, case: Any, data: str, context: Any) -> None:
        case.headers["Authorization"] = f"Bearer {data}"
