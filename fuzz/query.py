"""PathQuery: text for every name, the path's parameters always win, and JSON can be made of it."""

from __future__ import annotations

import json

from django.core.exceptions import TooManyFieldsSent
from django.http import QueryDict

from .harness import instrumented, run

with instrumented():
    from fileapi.http.json import encode
    from fileapi.http.query import PathQuery

PARAMS = {"id": 7, "path": ["a", "b"], "none": []}


def test_one(data: bytes) -> None:
    try:
        sent = QueryDict(data.decode("latin-1"), encoding="utf-8")
    except TooManyFieldsSent:
        return
    query = PathQuery(dict(sent.lists()), PARAMS)
    assert (query["id"], query["path"], query["none"]) == ("7", "a/b", "")
    assert (query.get("id"), query.get("path"), query.getlist("path")) == ("7", "a/b", ["a", "b"])
    for name in query:
        assert type(query[name]) is str, name
        assert query[name] == query.get(name), name
        assert name in PARAMS or query.getlist(name) == sent.getlist(name), name
    shown = json.loads(encode(query))
    assert shown == query.as_json()
    assert (shown["id"], shown["path"], len(shown)) == ("7", ["a", "b"], len(query))


if __name__ == "__main__":
    run(test_one, "query.dict")
