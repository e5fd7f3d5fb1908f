"""Methods on the wire: which are answered, and what a guard sees of them."""

from __future__ import annotations

import pytest

from .conftest import Wire

ALL = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"


def test_b01_a_method_that_the_file_has_not_is_405_with_allow(wire: Wire) -> None:
    answer = wire.ask("DELETE", "/api/health")
    assert (answer.status, answer.header("allow")) == (405, "GET, HEAD, OPTIONS")
    assert answer.json()["detail"] == "Allowed: GET, HEAD, OPTIONS."


def test_b02_trace_is_405_and_echoes_nothing(wire: Wire) -> None:
    answer = wire.ask("TRACE", "/api/echo/request", b"", "Cookie: a=canary", "X-A: canary")
    assert (answer.status, answer.header("allow")) == (405, ALL)
    assert b"canary" not in answer.body
    assert "canary" not in str(answer.headers)


@pytest.mark.parametrize("method", ["FOO", "PROPFIND", "CONNECT", "PURGE", "TRACK", "QUERY"])
@pytest.mark.parametrize("target", ["/api/health", "/api/echo/request", "/api/admin/users"])
def test_b03_an_unknown_method_is_405_before_any_guard(
    wire: Wire, method: str, target: str
) -> None:
    answer = wire.ask(method, target)
    # uvicorn's parser knows a list of methods, and answers 400 for others.
    assert answer.status == 405 or (wire.kind == "uvicorn" and answer.status == 400)


@pytest.mark.parametrize("method", ["get", "Get", "post"])
def test_b04_small_letters_are_400(wire: Wire, method: str) -> None:
    assert wire.ask(method, "/api/echo/request").status == 400


def test_b05_nothing_but_the_method_line_says_the_method(wire: Wire) -> None:
    overrides = [f"X-{name}: DELETE" for name in ("HTTP-Method-Override", "Method-Override")]
    for method in ("GET", "POST"):
        answer = wire.ask(
            method,
            "/api/echo/request?_method=DELETE",
            b"_method=DELETE",
            *overrides,
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.json()["method"] == method


@pytest.mark.parametrize("target", ["/api/health", "/api/answers/text", "/api/nix", "/api/broken"])
def test_b06_head_is_get_without_a_body(wire: Wire, target: str) -> None:
    get, head = (wire.ask(method, target) for method in ("GET", "HEAD"))
    assert (head.status, head.body) == (get.status, b"")
    assert _comparable(head.headers) == _comparable(get.headers)


def test_b06_b07_a_guard_holds_for_head_and_options_tells_methods_alone(wire: Wire) -> None:
    assert wire.ask("HEAD", "/api/admin/users").status == 401
    answer = wire.ask("OPTIONS", "/api/admin/users")
    assert (answer.status, answer.body) == (204, b"")
    assert answer.header("allow") == "GET, HEAD, POST, OPTIONS"
    calls = wire.ask("GET", "/api/admin/users", b"", "Authorization: Bearer good").json()
    wire.ask("OPTIONS", "/api/admin/users", b"", "Authorization: Bearer good")
    again = wire.ask("GET", "/api/admin/users", b"", "Authorization: Bearer good").json()
    assert len(again) == len(calls) + 1


def _comparable(headers: list[tuple[str, str]]) -> dict[str, str]:
    return {name: value for name, value in headers if name not in ("date", "x-request-id")}
