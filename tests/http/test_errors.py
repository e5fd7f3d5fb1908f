"""Which exception says what to the client, and what a bug says: nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import got_request_exception

from fileapi.http.errors import title

IMPORTS = """
from django.core.exceptions import (
    BadRequest, DisallowedHost, ObjectDoesNotExist, PermissionDenied, RequestDataTooBig,
    SuspiciousFileOperation, SuspiciousOperation, ValidationError,
)
from django.http import Http404, UnreadablePostError
from django.shortcuts import get_object_or_404
from fileapi import HttpError
from rest_framework import exceptions as drf
"""

MALFORMED = "The request is malformed."
INVALID = "The input is not valid."

REFUSED = [
    # raised, status, detail
    ("HttpError(404)", 404, None),
    ("HttpError(409, 'taken')", 409, "taken"),
    ("HttpError(418, 'tea')", 418, "tea"),
    ("HttpError(503, 'later')", 503, "later"),
    ("HttpError(500, 'said on purpose')", 500, "said on purpose"),
    ("Http404()", 404, None),
    ("Http404('no such user')", 404, "no such user"),
    ("Http404({'a': 'secret'})", 404, None),
    ("PermissionDenied()", 403, None),
    ("PermissionDenied('not yours')", 403, "not yours"),
    ("SuspiciousOperation('secret')", 400, MALFORMED),
    ("SuspiciousFileOperation('/etc/secret')", 400, MALFORMED),
    ("DisallowedHost('secret')", 400, MALFORMED),
    ("BadRequest('secret')", 400, MALFORMED),
    ("UnreadablePostError('secret')", 400, "The body ended early."),
    (
        "RequestDataTooBig('secret')",
        413,
        "The body is larger than DATA_UPLOAD_MAX_MEMORY_SIZE allows.",
    ),
    ("ValidationError({'email': ['bad']})", 422, INVALID),
    ("drf.NotAuthenticated()", 401, "Authentication credentials were not provided."),
    (
        "drf.PermissionDenied()",
        403,
        "You do not have permission to perform this action.",
    ),
    ("drf.NotFound('gone')", 404, "gone"),
    ("drf.MethodNotAllowed('GET')", 405, 'Method "GET" not allowed.'),
    ("drf.ParseError()", 400, "Malformed request."),
    ("drf.UnsupportedMediaType('a/b')", 415, 'Unsupported media type "a/b" in request.'),
    ("drf.ValidationError({'a': ['b']})", 422, INVALID),
    ("drf.ValidationError('text')", 422, INVALID),
    ("drf.APIException('said')", 500, "said"),
]


@pytest.mark.parametrize("kind", ["def", "async def"])
@pytest.mark.parametrize(("raised", "status", "detail"), REFUSED)
def test_an_exception_that_speaks_to_the_client_is_a_problem_document(
    api: Any, kind: str, raised: str, status: int, detail: str | None
) -> None:
    response = api({"a.py": f"{IMPORTS}\n{kind} GET(): raise {raised}"}).get("/api/a")
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    problem.pop("errors", None)
    expected = {"type": "about:blank", "title": title(status), "status": status}
    assert problem == (expected if detail is None else {**expected, "detail": detail})
    assert b"secret" not in response.content


BUGS = [
    "RuntimeError('secret')",
    "KeyError('secret')",
    "ObjectDoesNotExist('secret')",
    "ValidationError('secret')",
    "ValueError('/etc/secret.py SELECT secret')",
    "AssertionError('secret')",
]


@pytest.mark.parametrize("kind", ["def", "async def"])
@pytest.mark.parametrize("raised", BUGS)
def test_every_other_exception_is_a_bug_that_the_client_learns_nothing_of(
    api: Any, errors_logged: Any, kind: str, raised: str
) -> None:
    served = api({"users/a.py": f"{IMPORTS}\n{kind} GET(): raise {raised}"})
    response = served.get("/api/users/a?token=secret", headers={"accept": "text/html"})
    assert (response.status_code, response.json()) == (
        500,
        {"type": "about:blank", "title": "Internal Server Error", "status": 500},
    )
    assert errors_logged() == [
        "Internal Server Error: /api/users/a: in users/a.py: see the traceback"
    ]


@pytest.fixture
def errors_logged(caplog: pytest.LogCaptureFixture) -> Any:
    return lambda: [
        record.getMessage()
        for record in caplog.records
        if record.name == "django.request" and record.levelname == "ERROR"
    ]


@pytest.fixture
def signalled() -> Iterator[list[Any]]:
    requests: list[Any] = []

    def receive(sender: Any, request: Any, **kwargs: Any) -> None:
        requests.append(request)

    got_request_exception.connect(receive)
    yield requests
    got_request_exception.disconnect(receive)


def test_a_bug_is_sent_as_a_signal_and_a_refusal_is_not(api: Any, signalled: Any) -> None:
    served = api(
        {"a.py": f"{IMPORTS}\ndef GET(): raise RuntimeError\ndef POST(): raise HttpError(503)"}
    )
    served.post("/api/a")
    assert signalled == []
    served.get("/api/a?x=1")
    assert [request.get_full_path() for request in signalled] == ["/api/a?x=1"]


def test_a_bug_is_logged_once_with_its_traceback_and_request(
    api: Any, caplog: pytest.LogCaptureFixture
) -> None:
    api({"a.py": "def GET():\n    value = 1\n    raise RuntimeError('why')"}).get("/api/a")
    [record] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert (record.name, record.status_code) == ("django.request", 500)  # type: ignore[attr-defined]
    assert record.request.path == "/api/a"  # type: ignore[attr-defined]
    assert 'a.py", line 3, in GET' in (record.exc_text or "")


def test_with_debug_a_browser_gets_the_technical_page_and_others_json(
    api: Any, settings: Any
) -> None:
    settings.DEBUG = True
    served = api({"a.py": "def GET(): raise RuntimeError('why')"})
    page = served.get("/api/a", headers={"accept": "text/html,*/*"})
    assert page.status_code == 500
    assert page.headers["Content-Type"].startswith("text/html")
    assert b"RuntimeError" in page.content
    assert b"a.py" in page.content
    for headers in ({}, {"accept": "*/*"}, {"accept": "application/json"}):
        response = served.get("/api/a", headers=headers)
        assert response.headers["Content-Type"] == "application/problem+json"
        assert b"why" not in response.content


def test_debug_propagate_exceptions_lets_a_bug_out(api: Any, settings: Any) -> None:
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True
    served = api({"a.py": "def GET(): raise RuntimeError('out')"})
    with pytest.raises(RuntimeError, match="out"):
        served.get("/api/a")


def test_headers_and_errors_of_a_refusal_are_on_the_answer(api: Any) -> None:
    text = f"""{IMPORTS}
def GET():
    raise HttpError(401, headers={{"WWW-Authenticate": "Bearer"}}, errors=[{{"pointer": "/a"}}])
"""
    response = api({"a.py": text}).get("/api/a")
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.json()["errors"] == [{"pointer": "/a"}]


def test_an_unknown_url_is_a_problem_document(api: Any) -> None:
    served = api({"a.py": "def GET(): ..."})
    for url in ("/api/nothing", "/api/nothing/", "/api/a/b"):
        response = served.get(url, headers={"accept": "text/html"})
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.json() == {
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "detail": "No route answers this URL.",
        }
