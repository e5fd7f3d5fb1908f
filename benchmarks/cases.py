"""The requests of the race, and the answer that every contender must give."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from benchmarks.wsgi import Environ, environ


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    method: str = "GET"
    path: str
    body: bytes = b""
    status: int = 200
    answer: Any

    def environ(self) -> Environ:
        return environ(self.method, self.path, self.body)


CASES = {
    "hello": Case(path="/api/hello", answer={"message": "Hello, API!"}),
    "user": Case(path="/api/users/42", answer={"id": 42, "name": "Dynamic User"}),
    "feedback": Case(
        method="POST",
        path="/api/feedback",
        body=json.dumps({"feedback": "Great app!"}).encode(),
        status=201,
        answer={"status": "received", "feedback": "Great app!"},
    ),
    "typed": Case(
        method="POST",
        path="/api/typed",
        body=json.dumps({"feedback": "Great app!"}).encode(),
        status=201,
        answer={"status": "received", "feedback": "Great app!"},
    ),
}
