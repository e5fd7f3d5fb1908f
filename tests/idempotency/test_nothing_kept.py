"""What ends the transaction leaves neither an effect nor a key, and the next try runs anew."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connections

from .conftest import HEAD

REFUSED = [
    ("raise HttpError(409)", 409),
    ("raise HttpError(503)", 503),
    ("raise RuntimeError", 500),
    ("res.status(500).json('by hand')", 500),
    ("res.status(503).end()", 503),
    ("res.json(object())", 500),
    ("pass", 500),
    ("from django.db import transaction; transaction.set_rollback(True); res.end()", 200),
]
LATE = {
    "a stream": "res.stream(iter([b'x']))",
    "events": "res.sse(iter(['x']))",
    "a file": "import io; res.file(io.BytesIO(b'x'))",
    "django's stream": "from django.http import StreamingHttpResponse as S; return S([b'x'])",
}


@pytest.fixture(params=[False, True], ids=["autocommit", "ATOMIC_REQUESTS"])
def atomic_requests(request: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections.settings["default"], "ATOMIC_REQUESTS", request.param)


def handler(line: str) -> dict[str, str]:
    """Return a file that orders, and then fails this way for a request with X-Fail."""
    text = f"""{HEAD}
def POST(req, res):
    Order.objects.create(item="x")
    if "X-Fail" in req.headers:
        {line}
    else:
        res.end()
"""
    return {"a.py": text}


@pytest.mark.usefixtures("atomic_requests")
@pytest.mark.parametrize(("line", "status"), REFUSED, ids=[line for line, _ in REFUSED])
def test_h22_a_failure_is_not_stored_and_undoes_its_effect(
    api: Any, send: Any, effects: Any, kept: Any, line: str, status: int
) -> None:
    site = api(handler(line))
    for _ in range(2):
        answer = send(site, headers={"X-Fail": "1"})
        assert (answer.status_code, effects(), kept()) == (status, 0, 0)
    for _ in range(2):
        assert (send(site).status_code, effects(), kept()) == (200, 1, 1)


@pytest.mark.usefixtures("atomic_requests")
def test_h22_under_atomic_requests_too_it_is_one_effect(
    api: Any, send: Any, effects: Any, kept: Any
) -> None:
    site = api(handler("pass"))
    assert [send(site).status_code for _ in range(3)] == [200, 200, 200]
    assert (effects(), kept()) == (1, 1)


def test_a_request_that_does_not_fit_its_annotation_uses_no_key(
    api: Any, send: Any, effects: Any, kept: Any
) -> None:
    text = f"""{HEAD}
import msgspec

class Wanted(msgspec.Struct):
    item: str

def POST(body: Wanted, res):
    Order.objects.create(item=body.item)
    res.status(201).end()
"""
    site = api({"a.py": text})
    assert (send(site, json={"item": 1}).status_code, kept()) == (422, 0)
    assert (send(site, data="{", content_type="application/json").status_code, kept()) == (400, 0)
    assert (send(site).status_code, effects(), kept()) == (201, 1, 1)


@pytest.mark.parametrize("answer", LATE)
def test_h22_an_answer_that_cannot_be_sent_again_is_a_bug_and_has_no_effect(
    api: Any, send: Any, effects: Any, kept: Any, caplog: Any, answer: str
) -> None:
    text = f"{HEAD}\ndef POST(res):\n    Order.objects.create(item='x')\n    {LATE[answer]}"
    assert send(api({"a.py": text})).status_code == 500
    assert (effects(), kept()) == (0, 0)
    assert "A stream or a file cannot be sent again for an Idempotency-Key." in caplog.text


def test_an_exception_that_middleware_answers_is_stored(
    api: Any, send: Any, effects: Any, kept: Any
) -> None:
    middleware = """
def middleware(req, res, next):
    try:
        next()
    except LookupError:
        res.status(404).end()
"""
    text = f"{HEAD}\ndef POST():\n    Order.objects.create(item='x')\n    raise LookupError"
    site = api({"a.py": text, "_middleware.py": middleware})
    assert [send(site).status_code for _ in range(2)] == [404, 404]
    assert (effects(), kept()) == (1, 1)


def test_h22_a_failure_after_the_commit_is_no_second_effect(
    api: Any, send: Any, effects: Any
) -> None:
    text = f"""{HEAD}
from django.db import transaction

def _fail():
    raise RuntimeError

def POST(res):
    Order.objects.create(item="x")
    transaction.on_commit(_fail)
    res.status(201).end()
"""
    site = api({"a.py": text})
    assert [send(site).status_code for _ in range(3)] == [500, 201, 201]
    assert effects() == 1
