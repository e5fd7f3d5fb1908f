"""One set of requests, answered the same by gunicorn and by a function of Lambda."""

from __future__ import annotations

import pytest

from tests.live.servers import Server
from tests.wire.raw import Connection, request

from .calls import CALLS
from .events import ADDED, SERVICES, Answer, Call, answer_of, is_lossless, simplified
from .runtime import Function

# Else each answer has a new one.
ID = ("X-Request-ID", "one-and-the-same")


@pytest.fixture(scope="module")
def expected(gunicorn: Server) -> list[tuple[Call, Answer]]:
    """Every request, and what gunicorn answers."""
    found = []
    for call in (call._replace(headers=(*call.headers, ID)) for call in CALLS):
        target = f"{call.path}?{call.query}" if call.query else call.path
        # `request` writes the host and the length of the body.
        lines = [f"{name}: {value}" for name, value in (*call.headers, *ADDED)]
        # A connection each: gunicorn closes one after a body that it has not read.
        with Connection(gunicorn.port, timeout=30) as connection:
            answer = connection.ask(request(call.method, target, call.body, *lines))
        assert answer.is_whole, call
        found.append((call, simplified(answer.status, answer.headers, answer.body)))
    return found


def test_i23_the_set_has_requests_of_every_sort(expected: list[tuple[Call, Answer]]) -> None:
    assert len(expected) >= 100
    statuses = {answer.status for _, answer in expected}
    assert statuses >= {200, 201, 202, 204, 206, 301, 303, 304, 307, 400, 401, 403, 404, 405, 500}


@pytest.mark.parametrize("service", SERVICES)
def test_i23_lambda_answers_as_gunicorn_does(
    service: str, expected: list[tuple[Call, Answer]], function: Function
) -> None:
    different = []
    asked = [pair for pair in expected if is_lossless(pair[0], service)]
    for call, answer in asked:
        got = answer_of(function.invoke(SERVICES[service](call)))
        if got != answer:
            different.append((call, got, answer))
    assert different == []
    assert len(asked) >= 100
