"""``res.cache()``: Cache-Control, typed."""

from __future__ import annotations

from typing import Any

import pytest

from fileapi.http.response import Response


@pytest.mark.parametrize(
    ("directives", "line"),
    [
        ({"max_age": 60}, "max-age=60"),
        ({"max_age": 0}, "max-age=0"),
        ({"max_age": 60, "public": True}, "public, max-age=60"),
        ({"max_age": 60, "private": True}, "private, max-age=60"),
        ({"private": True}, "private"),
        ({"no_cache": True}, "no-cache"),
        ({"no_store": True}, "no-store"),
        ({"no_store": True, "private": True}, "private, no-store"),
        ({"max_age": 5, "must_revalidate": True}, "must-revalidate, max-age=5"),
        ({"max_age": 31_536_000, "immutable": True}, "immutable, max-age=31536000"),
        (
            {"s_maxage": 10, "stale_while_revalidate": 30, "stale_if_error": 0},
            "s-maxage=10, stale-while-revalidate=30, stale-if-error=0",
        ),
        ({"max_age": 60, "public": False, "no_store": False}, "max-age=60"),
    ],
)
def test_directives_become_one_line(directives: dict[str, Any], line: str) -> None:
    assert Response().cache(**directives).get_header("Cache-Control") == line


def test_max_age_may_stand_first_and_res_is_returned() -> None:
    res = Response()
    assert res.cache(60) is res
    assert res.get_header("cache-control") == "max-age=60"


@pytest.mark.parametrize(
    ("directives", "message"),
    [
        ({}, "says nothing: give max_age, or no_store=True"),
        ({"public": False}, "says nothing"),
        ({"public": True, "private": True}, "an answer is public or private, not both"),
        ({"no_store": True, "max_age": 1}, "leaves nothing to cache: drop the rest"),
        ({"no_store": True, "max_age": 0}, "leaves nothing to cache"),
        ({"no_store": True, "public": True}, "leaves nothing to cache"),
        ({"no_store": True, "immutable": True}, "leaves nothing to cache"),
        ({"no_store": True, "stale_if_error": 1}, "leaves nothing to cache"),
        ({"max_age": -1}, "max-age is -1; it is a number of seconds"),
        ({"max_age": 1.5}, r"max-age is 1\.5"),
        ({"max_age": "60"}, "max-age is '60'"),
        ({"max_age": True}, "max-age is True"),
        ({"s_maxage": -1}, "s-maxage is -1"),
        ({"stale_while_revalidate": "x"}, "stale-while-revalidate is 'x'"),
        ({"stale_if_error": None, "s_maxage": 0.0}, r"s-maxage is 0\.0"),
    ],
)
def test_what_contradicts_itself_is_refused(directives: dict[str, Any], message: str) -> None:
    res = Response()
    with pytest.raises(ValueError, match=message):
        res.cache(**directives)
    assert res.get_header("Cache-Control") is None


def test_an_unknown_directive_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="max_stale"):
        Response().cache(max_stale=5)


def test_the_last_call_counts_and_the_answer_may_come_before_or_after(api: Any) -> None:
    served = api(
        {
            "a.py": "def GET(res): res.cache(5).json(1).cache(60, public=True)",
            "no_store.py": "def GET(res): res.json(1).cache(no_store=True)",
            "events.py": "def GET(res): res.sse([]).cache(no_store=True)",
            "error.py": "def GET(res): res.cache(60); raise LookupError",
        }
    )
    assert served.get("/api/a").headers["Cache-Control"] == "public, max-age=60"
    assert "ETag" in served.get("/api/a").headers
    no_store = served.get("/api/no_store").headers
    assert (no_store["Cache-Control"], no_store.get("ETag")) == ("no-store", None)
    assert served.head("/api/events").headers["Cache-Control"] == "no-store"
    assert "Cache-Control" not in served.get("/api/error").headers
