"""The requests of the race, and the answer that every contender must give."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from benchmarks.wsgi import Environ, environ

# Who the guarded route lets in.
USER_ID = 7
EMAIL = "reader@example.com"
SECRET = "a secret of the benchmarks, and of nothing else"
ISSUER = AUDIENCE = "benchmarks"


@cache
def items(count: int) -> list[dict[str, Any]]:
    """Return rows as every contender writes them."""
    return [
        {
            "id": number,
            "title": f"Item number {number}",
            "author": f"Author number {number % 7}",
            "pages": number * 3,
            "cents": number * 50,
        }
        for number in range(1, count + 1)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """``answer`` is None where the contenders' own words may differ: of an error.

    ``counted`` is how many requests are counted under callgrind.
    """

    method: str = "GET"
    path: str
    body: bytes = b""
    is_guarded: bool = False
    counted: int = 100
    status: int = 200
    answer: Any = field(repr=False)

    @property
    def warm_up(self) -> int:
        """How many requests come before those that are counted."""
        return max(5, self.counted // 4)

    def headers(self, token: str) -> dict[str, str]:
        """Return the headers that a client sends besides the usual ones."""
        sent = {"Content-Type": "application/json"} if self.body else {}
        return {**sent, "Authorization": f"Bearer {token}"} if self.is_guarded else sent

    def environ(self, token: str = "") -> Environ:
        return environ(self.method, self.path, self.body, self.headers(token))


FEEDBACK = json.dumps({"feedback": "Great app!"}).encode()
RECEIVED = {"status": "received", "feedback": "Great app!"}
ROWS = 30  # in the race 100
LISTED = 1_100  # 100 KB

# Those that read the database stand last: a connection that is open costs every request.
CASES = {
    "hello": Case(path="/api/hello", answer={"message": "Hello, API!"}),
    "user": Case(path="/api/users/42", answer={"id": 42, "name": "Dynamic User"}),
    "feedback": Case(
        method="POST", path="/api/feedback", body=FEEDBACK, status=201, answer=RECEIVED
    ),
    "typed": Case(method="POST", path="/api/typed", body=FEEDBACK, status=201, answer=RECEIVED),
    "listing": Case(path="/api/listing", counted=10, answer=items(LISTED)),
    "missing": Case(path="/api/missing", status=404, answer=None),
    "rows": Case(path="/api/rows", counted=50, answer=items(ROWS)),
    "guarded": Case(
        path="/api/guarded",
        is_guarded=True,
        answer={"id": USER_ID, "email": EMAIL},
    ),
}
