"""Which methods of a file its guards stand before."""

from __future__ import annotations

from typing import Any

import pytest

from .people import PEOPLE, USE, seen, token


def test_head_is_guarded_as_get(guarded: Any) -> None:
    served = guarded("auth=[Token], permissions=[IsRoot]")
    refused = [served.head("/api/a"), served.head("/api/a", **token("ann"))]
    assert [(answer.status_code, answer.content) for answer in refused] == [(401, b""), (403, b"")]
    assert refused[0].headers["WWW-Authenticate"] == 'Token realm="tests"'
    assert served.head("/api/a", **token("root")).status_code == 200


def test_an_automatic_options_asks_nobody_and_runs_nothing(guarded: Any) -> None:
    served = guarded(
        "auth=[Token]",
        **{"_middleware.py": "def middleware(req, res, next): raise RuntimeError"},
    )
    response = served.options("/api/a")
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["Allow"] == "GET, HEAD, POST, OPTIONS"
    assert seen(served) == []


@pytest.mark.parametrize("handler", ["OPTIONS(res): res.end()", "handler(res): res.end()"])
def test_an_options_that_is_written_is_guarded(api: Any, kind: str, handler: str) -> None:
    served = api({**PEOPLE, "a.py": f"{USE}config = Config(auth=[Token])\n{kind} {handler}"})
    assert served.options("/api/a").status_code == 401
    assert served.options("/api/a", **token("ann")).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "TRACE", "BREW"])
def test_a_method_that_is_not_there_is_405_before_anybody_is_asked(
    guarded: Any, method: str
) -> None:
    served = guarded("auth=[Token]")
    answer = served.request(method, "/api/a")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    assert seen(served) == []


def test_every_method_of_a_handler_is_guarded(api: Any, kind: str) -> None:
    handler = f"{kind} handler(res): res.end()"
    served = api({**PEOPLE, "a.py": f"{USE}config = Config(auth=[Token])\n{handler}"})
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        assert served.request(method, "/api/a").status_code == 401
        assert served.request(method, "/api/a", **token("ann")).status_code == 200
