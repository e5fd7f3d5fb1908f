"""One process answers event after event: nothing of one is left for the next."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from fileapi.serverless import aws_lambda

from .events import SERVICES, Call, answer_of, http_api, json_of
from .runtime import Function

LEFT = "/api/lone/left"
JSON = ("Content-Type", "application/json")


def test_i23_two_events_in_one_warm_process_share_no_state(function: Function) -> None:
    first = Call(
        "POST",
        LEFT,
        "secret=1",
        b'{"secret": 1}',
        (JSON, ("Cookie", "session=secret"), ("X-Request-ID", "first")),
    )
    for service in SERVICES.values():
        assert json_of(function.invoke(service(first))) == {"language": "de"}
        answer = function.invoke(service(Call("GET", LEFT)))
        seen = json_of(answer)
        assert seen.pop("id").startswith("aws-")
        assert seen == {
            "variable": "clean",
            "language": "en-us",
            "user": "AnonymousUser",
            "mark": None,
            "cookies": {},
            "query": {},
            "body": None,
        }
        assert answer_of(answer).cookies == []
        assert "x-left" not in answer_of(answer).headers


def test_i23_after_an_event_that_failed_the_next_one_is_answered(function: Function) -> None:
    assert function.invoke({"no": "request"}).kind == "error"
    assert answer_of(function.invoke(http_api(Call("GET", "/api/broken")))).status == 500
    assert answer_of(function.invoke(http_api(Call("GET", "/api/echo")))).status == 200


def test_i23_work_for_after_the_answer_is_done_before_it(function: Function) -> None:
    call = Call("GET", "/api/lone/after", "job=a")
    assert json_of(function.invoke(http_api(call))) == []
    assert json_of(function.invoke(http_api(call._replace(query="job=b")))) == ["a"]


def test_the_site_is_a_function(start_function: Callable[..., Function], tmp_path: Path) -> None:
    site = start_function(
        "project.lambda_function.lambda_handler",
        "project.settings",
        DATABASE_URL=f"sqlite:///{tmp_path}/site.sqlite3",
    )
    assert json_of(site.invoke(http_api(Call("GET", "/api/hello")))) == {"message": "Hello, API!"}
    assert answer_of(site.invoke(http_api(Call("GET", "/api/health/live")))).status == 200


def test_without_apig_wsgi_the_error_says_what_to_install(monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "apig_wsgi", None)
    with pytest.raises(ImproperlyConfigured, match=r"pip install 'fileapi\[serverless\]'"):
        aws_lambda(lambda environ, start_response: [])
