"""What a client sends comes back from a handler that answers with it: the same, or 4xx."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from .in_process import Answered, Asgi, Sent, Wsgi

ROUTES = {
    "json.py": """\
        def POST(req, res):
            res.json(req.body)
        """,
    "query.py": """\
        def GET(query):
            return [[name, query.getlist(name), query[name]] for name in query]
        """,
    "header.py": """\
        def GET(req, res):
            return res.set_header("X-Echo", req.headers["X-Sent"]).end()
        """,
    "cookie.py": """\
        from fileapi import HttpError

        def POST(req, res):
            try:
                return res.set_cookie("sent", req.body["value"]).end()
            except ValueError as error:
                raise HttpError(422, str(error)) from error

        def GET(req):
            return {"value": req.cookies.get("sent")}
        """,
}

often = settings(
    max_examples=2_000,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
text = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | text,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(text, inner, max_size=5),
    max_leaves=8,
)
pairs = st.lists(st.tuples(text, text), max_size=8)
# What may stand in a header (RFC 9110, 5.5) inside the blanks that belong to none.
latin = st.characters(
    codec="latin-1", exclude_categories=["Cc"], include_characters="\t", min_codepoint=0x20
)
field_values = st.text(latin, min_size=1).filter(lambda value: value == value.strip(" \t"))
servers = st.sampled_from(["wsgi", "asgi"])

Calls = dict[str, Callable[[Sent], Answered]]

JSON = {"content-type": b"application/json"}


@pytest.fixture
def call(write_tree: Any, mount_tree: Any, settings: Any) -> Iterator[Calls]:
    """The site behind each of Django's two handlers."""
    settings.MIDDLEWARE = []
    mount_tree(write_tree(ROUTES))
    with closing(Asgi()) as asgi:
        yield {"wsgi": Wsgi(), "asgi": asgi}


@often
@given(servers, values, st.booleans())
def test_a_json_value(call: Calls, server: str, value: Any, is_ascii: bool) -> None:
    sent = json.dumps(value, ensure_ascii=is_ascii).encode()
    answer = call[server](Sent("POST", "/api/json", headers=JSON, body=sent))
    assert answer.status == 200
    # By repr, in which 1, 1.0 and True are three.
    assert repr(json.loads(answer.body)) == repr(value)


@often
@given(servers, pairs)
def test_a_query_string(call: Calls, server: str, pairs: list[tuple[str, str]]) -> None:
    answer = call[server](Sent("GET", "/api/query", urlencode(pairs).encode()))
    lists: dict[str, list[str]] = {}
    for name, value in pairs:
        lists.setdefault(name, []).append(value)
    assert answer.status == 200
    assert json.loads(answer.body) == [[name, all, all[-1]] for name, all in lists.items()]


@often
@given(servers, field_values)
def test_the_value_of_a_header(call: Calls, server: str, value: str) -> None:
    sent = value.encode("latin-1")
    answer = call[server](Sent("GET", "/api/header", headers={"x-sent": sent}))
    assert (answer.status, answer.header("x-echo")) == (200, sent)


@often
@given(servers, text)
@example("wsgi", "\u0100")
@example("asgi", "\u0100")
@example("wsgi", '; , = " \\ \xe9')
def test_the_value_of_a_cookie(call: Calls, server: str, value: str) -> None:
    body = json.dumps({"value": value}).encode()
    answer = call[server](Sent("POST", "/api/cookie", headers=JSON, body=body))
    if answer.status == 422:
        # Controls, where Python's own cookies refuse them, and what no header can hold.
        assert not value.isprintable() or max(value) > "\xff"
        return
    assert answer.status == 200
    name_and_value = answer.header("set-cookie").partition(b";")[0]
    answer = call[server](Sent("GET", "/api/cookie", headers={"cookie": name_and_value}))
    assert (answer.status, json.loads(answer.body)) == (200, {"value": value})
