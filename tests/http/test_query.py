"""``query``: one text for a name, all of them when asked, and the path always wins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from fileapi.http.errors import HttpError
from fileapi.http.json import encode
from fileapi.http.query import PathQuery, Query


@pytest.fixture
def query() -> Query:
    return Query({"a": ["1"], "b": ["2", "3"], "empty": [""]})


def test_a_name_is_one_text_the_last(query: Query) -> None:
    assert (query["a"], query["b"], query["empty"]) == ("1", "3", "")
    assert (query.get("b"), query.get("none"), query.get("none", "x")) == ("3", None, "x")


def test_getlist_is_every_value_in_order(query: Query) -> None:
    assert (query.getlist("a"), query.getlist("b"), query.getlist("none")) == (
        ["1"],
        ["2", "3"],
        [],
    )
    query.getlist("b").clear()
    assert query.getlist("b") == ["2", "3"]


def test_it_is_a_mapping_that_cannot_be_changed(query: Query) -> None:
    assert isinstance(query, Mapping)
    assert (list(query), len(query), "a" in query, "z" in query) == (
        ["a", "b", "empty"],
        3,
        True,
        False,
    )
    assert dict(query) == {"a": "1", "b": "3", "empty": ""}
    assert list(query.items()) == [("a", "1"), ("b", "3"), ("empty", "")]
    with pytest.raises(TypeError):
        query["a"] = "2"  # type: ignore[index]
    with pytest.raises(TypeError):
        del query["a"]  # type: ignore[attr-defined]


def test_a_missing_name_is_the_clients_fault_and_a_key_error(query: Query) -> None:
    with pytest.raises(HttpError) as caught:
        query["name"]
    assert isinstance(caught.value, KeyError)
    assert (caught.value.status, caught.value.detail) == (400, "The query has no 'name'.")


def test_as_json_it_is_what_nextjs_shows(query: Query) -> None:
    assert encode(query) == b'{"a":"1","b":["2","3"],"empty":""}'
    assert encode({"query": Query({})}) == b'{"query":{}}'
    assert repr(query) == "<Query {'a': '1', 'b': ['2', '3'], 'empty': ''}>"


def test_it_can_be_converted_as_any_mapping(query: Query) -> None:
    assert msgspec.convert(dict(query), dict[str, str]) == {"a": "1", "b": "3", "empty": ""}


def test_path_parameters_win_over_the_query_string() -> None:
    lists = {"id": ["7", "8"], "path": ["x"], "q": ["1"]}
    query = PathQuery(lists, {"id": 42, "path": ["a", "b"]})
    assert dict(query) == {"id": "42", "path": "a/b", "q": "1"}
    assert (query.get("id"), query.get("path"), query.get("q")) == ("42", "a/b", "1")
    assert (query.getlist("id"), query.getlist("path")) == (["42"], ["a", "b"])
    assert query.as_json() == {"id": "42", "path": ["a", "b"], "q": "1"}


def test_a_catch_all_of_one_segment_is_still_a_list_as_json() -> None:
    query = PathQuery({}, {"path": ["a"]})
    assert (query["path"], query.as_json()) == ("a", {"path": ["a"]})


FILES = {
    "a.py": "def GET(query): return query",
    "last.py": "def GET(query): return query['q']",
    "[id=int]/b.py": "def GET(query): return query",
    "docs/[[...path]].py": "def GET(query): return [query, query.get('path')]",
}


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        ("/api/a", {}),
        ("/api/a?q=1&q=2", {"q": ["1", "2"]}),
        ("/api/a?q=", {"q": ""}),
        ("/api/a?q", {"q": ""}),
        ("/api/a?=x", {"": "x"}),
        ("/api/a?q=%C3%A4+b&%6E=1", {"q": "ä b", "n": "1"}),
        ("/api/a?a[]=1&a.b=2", {"a[]": "1", "a.b": "2"}),
        ("/api/a?__proto__=1", {"__proto__": "1"}),
        ("/api/42/b?id=7", {"id": "42"}),
        ("/api/42/b?id=7&q=1", {"id": "42", "q": "1"}),
        ("/api/docs?path=x", [{"path": "x"}, "x"]),
        ("/api/docs/a/b?path=x", [{"path": ["a", "b"]}, "a/b"]),
        ("/api/last?q=1&q=2", "2"),
    ],
)
def test_a_request_has_its_query(api: Any, url: str, answer: Any) -> None:
    assert api(FILES).get(url).json() == answer


@pytest.mark.parametrize("sent", ["q=%ff", "q=%C3%28", "%ff=1", "q=%00", "q=%F0%9F"])
def test_bytes_that_are_no_text_do_no_harm(api: Any, sent: str) -> None:
    assert api(FILES).get(f"/api/a?{sent}").status_code == 200


def test_a_missing_name_answers_400(api: Any) -> None:
    response = api(FILES).get("/api/last?p=1")
    assert response.json() == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "The query has no 'q'.",
    }


def test_too_many_fields_answer_400_and_not_500(api: Any, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10
    served = api(FILES)
    assert served.get("/api/a?" + "&".join(f"a{n}=1" for n in range(11))).status_code == 400
