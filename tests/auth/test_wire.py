"""The header that carries a token, sent byte by byte to a real gunicorn and a real uvicorn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.servers import PRODUCTION, REPOSITORY, Server
from tests.wire.raw import Answer, Connection, request

from .asking import INVALID
from .crafted import claims, signed

ENVIRONMENT = {**PRODUCTION, "WEB_CONCURRENCY": "1", "FILEAPI_LOAD": "eager"}
PLAIN = 'Bearer realm="api"'


@pytest.fixture(scope="module", params=["gunicorn", "uvicorn"])
def server(request: Any, tmp_path_factory: Any) -> Iterator[Server]:
    output = tmp_path_factory.mktemp("auth") / f"{request.param}.txt"
    server = Server(request.param, "tests.auth.site", REPOSITORY, ENVIRONMENT, output)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()


@pytest.fixture
def ask(server: Server) -> Any:
    """Send header lines; afterwards the server must still take a good token."""

    def ask(*lines: bytes | str, method: str = "GET", target: str = "/api/me") -> Answer:
        with Connection(server.port) as connection:
            return connection.ask(request(method, target, b"", *lines))

    yield ask
    answer = ask(f"Authorization: Bearer {signed(claims(sub='7'))}")
    assert (answer.status, answer.body) == (200, b'{"sub":"7"}'), server.printed()
    assert "Traceback" not in server.printed()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_f17_the_scheme_is_in_any_case_on_the_wire(ask: Any, method: str) -> None:
    for scheme in ("Bearer", "bearer", "BEARER"):
        for name in ("Authorization", "authorization", "AUTHORIZATION"):
            line = f"{name}: {scheme} {signed(claims(sub='7'))}"
            assert ask(line, method=method).json() == {"sub": "7"}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_f17_two_headers_are_refused(ask: Any, method: str) -> None:
    good = f"Authorization: Bearer {signed(claims())}"
    for lines in ((good, good), (good, "Authorization: Basic YTpi"), (good, "Authorization: x")):
        answer = ask(*lines, method=method)
        assert (answer.status, answer.header("www-authenticate")) == (401, INVALID)
    answer = ask("Authorization: Basic YTpi", good, method=method)
    assert (answer.status, answer.header("www-authenticate")) == (401, PLAIN)


MALFORMED = [
    *("Bearer", "Bearer ", "Bearer  {}", "Bearer\t{}", "Bearer {},{}", "Bearer {}=", "Bearer x,y"),
    *("Bearer \xe9", "Bearer {}\xe9", "bearer \xff\xfe", "Bearer " + "x" * 6000),
]


@pytest.mark.parametrize("form", MALFORMED)
def test_f17_a_malformed_header_is_refused_on_the_wire(ask: Any, form: str) -> None:
    answer = ask(f"Authorization: {form.replace('{}', signed(claims()))}")
    assert (answer.status, answer.header("www-authenticate")) == (401, INVALID)
    assert answer.header("content-type") == "application/problem+json"


def test_f17_a_header_of_8_kb_is_refused(ask: Any) -> None:
    for length in (8170, 8192, 9000):
        assert ask("Authorization: Bearer " + "x" * length).status in (400, 401, 431)


@pytest.mark.parametrize("name", ["X-Authorization", "Proxy-Authorization", "HTTP_AUTHORIZATION"])
def test_f17_no_other_header_carries_a_token(ask: Any, name: str) -> None:
    answer = ask(f"{name}: Bearer {signed(claims())}")
    assert (answer.status, answer.header("www-authenticate")) == (401, PLAIN)


def test_f19_neither_the_query_nor_a_cookie_carries_a_token(ask: Any) -> None:
    token = signed(claims())
    assert ask(target=f"/api/me?access_token={token}").header("www-authenticate") == PLAIN
    assert ask(f"Cookie: access_token={token}").header("www-authenticate") == PLAIN


def test_f11_every_character_counts_on_the_wire(ask: Any) -> None:
    token = signed(claims())
    for at, old in enumerate(token):
        other = token[:at] + ("A" if old != "A" else "B") + token[at + 1 :]
        answer = ask(f"Authorization: Bearer {other}")
        assert (answer.status, answer.header("www-authenticate")) == (401, INVALID), at
