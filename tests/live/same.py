"""One request to several servers, and one answer to compare."""

from __future__ import annotations

from typing import Any

from .client import Answer
from .servers import Server

COMPARED = ("allow", "etag", "www-authenticate", "content-length", "location", "set-cookie")


def simplified(answer: Answer) -> tuple[int, str | None, bytes, dict[str, str]]:
    headers = {name: answer.headers[name] for name in COMPARED if name in answer.headers}
    if not answer.body:
        headers.pop("content-length", None)  # a server may say 0, or nothing
    return answer.status, answer.content_type, answer.body, headers


def same_answer(servers: dict[str, Server], method: str, target: str, *args: Any) -> Answer:
    """Ask all of them; return the answer if it is the same one, headers included."""
    answers = {kind: one.ask(method, target, *args) for kind, one in servers.items()}
    first, *others = answers.values()
    assert all(simplified(other) == simplified(first) for other in others), answers
    return first
