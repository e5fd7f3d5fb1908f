"""RouteTable.match(): no exception for any path, and the answer of the slow model of the tests."""

from __future__ import annotations

from django.core.handlers.wsgi import repercent_broken_unicode

from .harness import instrumented, run

with instrumented():
    from tests.routing import model
    from tests.routing.tables import table_of

FOLDERS = [
    ["index.py", "a.py", "a/[p1].py", "[p0]/b.py", "[p0]/[p1=int].py", "a/b/[[...rest]].py"],
    ["[p0=int].py", "[p0=uuid].py", "[p0=slug].py", "[p0].py", "[p0=int]/[p1]/a.py", "feed.xml.py"],
    ["[[...rest]].py", "a/[...rest].py", "a/a/a/a.py", "a/[p1]/a/[p3].py", "[p0]/[p1]/[p2].py"],
    ["(g)/é.py", "[p0=slug]/[p1=slug]/x-1.py", "[p0]/[...rest].py", "(g)/[p0=int]/index.py"],
]
TABLES = [table_of(files) for files in FOLDERS]
assert [table.problems for table in TABLES] == [[]] * len(TABLES)


def test_one(data: bytes) -> None:
    number, rest = (data[0] if data else 0), data[1:]
    is_asgi, number = number & 128, number % len(TABLES)
    path = rest.decode(errors="replace") if is_asgi else repercent_broken_unicode(rest).decode()
    found = TABLES[number].match(path)
    if found is not None:
        assert list(found[1]) == list(found[0].parameters)[: len(found[1])], (path, found)
    if "%" in path:  # the model knows less about bytes that are no UTF-8
        return
    try:
        expected = model.match(FOLDERS[number], path)
    except ValueError:  # more digits than int() takes
        return
    assert (found and (found[0].file, found[1])) == expected, (path, found, expected)


if __name__ == "__main__":
    run(test_one, "path.dict")
