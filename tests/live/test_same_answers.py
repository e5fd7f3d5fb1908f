"""runserver, gunicorn and uvicorn give the same answers to every example of the seed."""

from __future__ import annotations

from .client import FORM, JSON
from .same import same_answer
from .servers import Server

Trio = dict[str, Server]

PROBLEM = "application/problem+json"


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


def test_an_encoded_slash_is_a_slash(trio: Trio) -> None:
    answer = same_answer(trio, "GET", "/api%2Fhello")
    assert (answer.status, answer.json()) == (200, {"message": "Hello, API!"})


def test_a_percent_sign_that_encodes_nothing_is_literal_text(trio: Trio) -> None:
    answer = same_answer(trio, "GET", "/api/guide/%zz")
    assert (answer.status, answer.json()["detail"]) == (
        404,
        "There is no such page. GET /api/guide lists them all.",
    )


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
