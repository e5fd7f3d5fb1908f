"""runserver, gunicorn and uvicorn give the same answers, to good input and bad."""

from __future__ import annotations

import http.client
import shutil
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from .client import FORM, JSON, Answer
from .servers import PRODUCTION, Server, manage

Trio = dict[str, Server]

PROBLEM = "application/problem+json"
PASSWORD = "a long sentence"
COMPARED = ("allow", "etag", "www-authenticate", "content-length", "location", "set-cookie")


@pytest.fixture(scope="session")
def trio(server: Any, tmp_path_factory: pytest.TempPathFactory) -> Trio:
    """The project's site on three servers, each with an SQLite database of its own."""
    folder = tmp_path_factory.mktemp("sqlite")
    template = folder / "template.sqlite3"
    migrated = manage("migrate", "--verbosity=0", DATABASE_URL=sqlite(template))
    assert migrated.returncode == 0, migrated.stderr
    servers = {}
    for kind in ("runserver", "gunicorn", "uvicorn"):
        database = folder / f"{kind}.sqlite3"
        shutil.copy(template, database)
        production = {} if kind == "runserver" else PRODUCTION
        servers[kind] = server(kind, {"DATABASE_URL": sqlite(database), **production})
    return servers


def sqlite(file: Path) -> str:
    return f"sqlite:///{file}"


def simplified(answer: Answer) -> tuple[int, str | None, bytes, dict[str, str]]:
    headers = {name: answer.headers[name] for name in COMPARED if name in answer.headers}
    if not answer.body:
        headers.pop("content-length", None)  # a server may say 0, or nothing
    return answer.status, answer.content_type, answer.body, headers


def same_answer(trio: Trio, method: str, target: str, *args: Any) -> Answer:
    """Ask all three; return the answer if it is the same one, headers included."""
    answers = {kind: one.ask(method, target, *args) for kind, one in trio.items()}
    first, *others = answers.values()
    assert all(simplified(other) == simplified(first) for other in others), answers
    return first


# In this order: a later one asks for what an earlier one has stored.
SEED = [
    ("GET", "/api/hello", None, {}, 200, {"message": "Hello, API!"}),
    ("GET", "/api/hello/", None, {}, 200, {"message": "Hello, API!"}),
    ("POST", "/api/users", '{"name": "Andrea"}', JSON, 201, {"id": 1, "name": "Andrea"}),
    ("POST", "/api/users/", "name=Zo%C3%AB+%26+co", FORM, 201, {"id": 2, "name": "Zoë & co"}),
    (
        "GET",
        "/api/users",
        None,
        {},
        200,
        [{"id": 1, "name": "Andrea"}, {"id": 2, "name": "Zoë & co"}],
    ),
    ("GET", "/api/users?after=1", None, {}, 200, [{"id": 2, "name": "Zoë & co"}]),
    ("GET", "/api/users/1", None, {}, 200, {"id": 1, "name": "Andrea"}),
    ("GET", "/api/users/1/", None, {}, 200, {"id": 1, "name": "Andrea"}),
    ("GET", "/api/search?q=nextjs", None, {}, 200, {"results": ["You searched for nextjs"]}),
    ("GET", "/api/search", None, {}, 200, {"results": ["You searched for "]}),
    ("GET", "/api/search?q=a+b%26%C3%A9", None, {}, 200, {"results": ["You searched for a b&é"]}),
    (
        "POST",
        "/api/feedback",
        '{"feedback": "Great app!"}',
        JSON,
        201,
        {"status": "received", "feedback": "Great app!"},
    ),
    (
        "POST",
        "/api/register",
        '{"email": "ada@example.com", "password": "a long sentence"}',
        JSON,
        201,
        {"status": "registered"},
    ),
]


def test_every_example_of_the_seed_answers_alike(trio: Trio) -> None:
    got = []
    for method, target, body, headers, _, _ in SEED:
        answer = same_answer(trio, method, target, body, headers)
        got.append((method, target, answer.status, answer.content_type, answer.json()))
    assert got == [
        (method, target, status, "application/json", value)
        for method, target, _, _, status, value in SEED
    ]


UNKNOWN = [
    "/api",
    "/api/",
    "/api/nothing",
    "/api/nothing/",
    "/api/Hello",
    "/api/hello/more",
    "/api/hello.py",
    "/api/_accounts",
    "/api/users/index",
    "/api/users/abc",
    "/api/users/-1",
    "/api/users/+1",
    "/api/users/1.0",
    "/api/users/%D9%A1",
    "/api/users/[id=int]",
    "/api//hello",
    "/api/hello//",
    "/api/users//1",
    "/api/./hello",
    "/api/hello/.",
    "/api/../api/hello",
    "/api/users/../hello",
    "/api/%2e%2e/hello",
    "/api/guide/..%2f..%2fproject%2fsettings.py",
    "/api/%2Fhello",
    "/api/hello%00",
    "/api/guide/%00",
    "/api/guide/%0a",
    "/api/guide/%ff",
    "/api/guide/%c3",
    "/api/guide/%ed%a0%80",
    "/api/guide/%2500%ff",
    "/api/hello;x=1",
]


@pytest.mark.parametrize("target", UNKNOWN)
def test_an_unknown_url_is_404_problem_json(trio: Trio, target: str) -> None:
    answer = same_answer(trio, "GET", target)
    assert (answer.status, answer.content_type) == (404, PROBLEM)
    assert answer.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "No route answers this URL.",
    }


def test_a_post_to_an_unknown_url_is_404_and_no_redirect(trio: Trio) -> None:
    answer = same_answer(trio, "POST", "/api/nothing", '{"a": 1}', JSON)
    assert (answer.status, answer.content_type) == (404, PROBLEM)


def test_an_encoded_slash_is_a_slash(trio: Trio) -> None:
    answer = same_answer(trio, "GET", "/api%2Fhello")
    assert (answer.status, answer.json()) == (200, {"message": "Hello, API!"})


def test_a_percent_sign_that_encodes_nothing_is_literal_text(trio: Trio) -> None:
    answer = same_answer(trio, "GET", "/api/guide/%zz")
    assert (answer.status, answer.json()["detail"]) == (
        404,
        "There is no such page. GET /api/guide lists them all.",
    )


LARGE = b'{"feedback": "' + 2 * 1024 * 1024 * b"x" + b'"}'

REFUSED: dict[str, tuple[Any, ...]] = {
    "wrong method": ("DELETE", "/api/users", None, {}, 405),
    "wrong method with a slash": ("DELETE", "/api/users/", None, {}, 405),
    "wrong method with a body": ("PUT", "/api/register", "{}", JSON, 405),
    "method outside the seven": ("TRACE", "/api/hello", None, {}, 405),
    "truncated JSON": ("POST", "/api/users", '{"name": ', JSON, 400),
    "no JSON at all": ("POST", "/api/users", "name=Andrea", JSON, 400),
    "NaN": ("POST", "/api/users", '{"name": NaN}', JSON, 400),
    "not UTF-8": ("POST", "/api/users", b'{"name": "\xff"}', JSON, 400),
    "deep JSON": ("POST", "/api/users", 100_000 * "[", JSON, 400),
    "an array": ("POST", "/api/users", '["name"]', JSON, 400),
    "missing field": ("POST", "/api/register", '{"email": "a@example.com"}', JSON, 400),
    "no body": ("POST", "/api/feedback", None, {}, 400),
    "broken form": ("POST", "/api/users", "--x", {"Content-Type": "multipart/form-data"}, 400),
    "2 MB": ("POST", "/api/feedback", LARGE, JSON, 413),
    "another charset": (
        "POST",
        "/api/users",
        "{}",
        {"Content-Type": "application/json; charset=latin-1"},
        415,
    ),
    "field of another type": ("POST", "/api/users", '{"name": 1}', JSON, 422),
    "not logged in": ("GET", "/api/admin/stats", None, {}, 401),
    "another origin": (
        "POST",
        "/api/feedback",
        '{"feedback": "x"}',
        {**JSON, "Cookie": "a=b", "Origin": "https://evil.example"},
        403,
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_bad_input_is_refused_alike(trio: Trio, what: str) -> None:
    method, target, body, headers, status = REFUSED[what]
    answer = same_answer(trio, method, target, body, headers)
    problem = answer.json()
    assert (answer.status, answer.content_type, problem["status"]) == (status, PROBLEM, status)
    if status == 405:
        allowed = {
            "/api/users": "GET, HEAD, POST, OPTIONS",
            "/api/register": "POST, OPTIONS",
            "/api/hello": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
        }
        assert answer.headers["allow"] == allowed[target.rstrip("/")]


def test_an_address_that_is_taken_is_409_in_any_case(trio: Trio) -> None:
    answers = [
        same_answer(
            trio, "POST", "/api/register", f'{{"email": "{email}", "password": "{PASSWORD}"}}', JSON
        )
        for email in ("twice@example.com", "twice@example.com", "Twice@Example.COM")
    ]
    assert [answer.status for answer in answers] == [201, 409, 409]
    assert [answer.json().get("detail") for answer in answers] == [
        None,
        "Email already registered",
        "Email already registered",
    ]


def test_head_options_and_if_none_match_answer_alike(trio: Trio) -> None:
    head = same_answer(trio, "HEAD", "/api/hello")
    get = same_answer(trio, "GET", "/api/hello")
    options = same_answer(trio, "OPTIONS", "/api/users")
    known = same_answer(trio, "GET", "/api/hello", None, {"If-None-Match": get.headers["etag"]})
    assert (head.status, head.content_type, head.body) == (200, "application/json", b"")
    assert (options.status, options.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")
    assert (known.status, known.body, known.content_type) == (304, b"", None)


def test_a_chunked_body_is_read_where_the_server_tells_its_end(trio: Trio) -> None:
    chunked = {
        kind: one.ask("POST", "/api/feedback", (b'{"feedback"', b': "in parts"}'), JSON)
        for kind, one in trio.items()
    }
    received = {"status": "received", "feedback": "in parts"}
    for kind in ("gunicorn", "uvicorn"):
        assert (chunked[kind].status, chunked[kind].json()) == (201, received)
    # wsgiref hands the raw connection on: where the body ends is not to be seen.
    assert (chunked["runserver"].status, chunked["runserver"].content_type) == (411, PROBLEM)


def test_a_chunked_body_is_counted_while_it_is_read(trio: Trio) -> None:
    able = {kind: one for kind, one in trio.items() if kind != "runserver"}
    answer = same_answer(able, "POST", "/api/feedback", 32 * (LARGE[:65536],), JSON)
    assert (answer.status, answer.content_type) == (413, PROBLEM)


@pytest.mark.parametrize("target", ["/api/hello", "/api/nothing"])
def test_a_body_that_nobody_reads_is_never_the_next_request(trio: Trio, target: str) -> None:
    hidden = b"GET /api/users HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    for kind, one in trio.items():
        connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=10)
        with closing(connection):
            connection.request("POST", target, hidden, {"Content-Type": "text/plain"})
            connection.getresponse().read()
            connection.request("GET", "/api/search?q=next")
            with suppress(http.client.RemoteDisconnected):  # closing it is right as well
                answer = connection.getresponse().read()
                assert answer == b'{"results":["You searched for next"]}', kind
