"""Lists by the page: what a client may say, and what it sees while rows come and go."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import msgspec
import pytest
from django.core import signing
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fileapi.config import DEFAULTS
from fileapi.http.errors import HttpError
from fileapi.http.request import Request
from fileapi.http.response import Response
from fileapi.pagination import Page
from tests.library.models import Author, Book, Note, Seat

pytestmark = pytest.mark.django_db

SITE = """
    from __future__ import annotations
    from typing import Annotated, Literal
    import msgspec
    from fileapi import Config
    from fileapi.pagination import Page
    from tests.library.models import Book
    class BookOut(msgspec.Struct):
        id: int
        title: str
    class Books(Page):
        order: Literal["title", "-title", "price", "author"] = "title"
        author: int | None = None
        title__icontains: str | None = msgspec.field(name="q", default=None)
        pk__in: list[int] | None = None
        published__year: int | None = None
        pages: int | None = None
    config = Config(deprecated="2020-01-01T00:00:00+00:00", successor="/api/v2/books")
    def GET(query: Books, req, res) -> list[BookOut]:
        return query.of(Book.objects.all(), req, res)
"""
SYNC = SITE.replace('"2020-01-01T00:00:00+00:00"', "datetime.date(2020, 1, 1)").replace(
    "    import msgspec\n", "    import datetime, msgspec\n"
)
ASYNC = SYNC.replace("def GET", "async def GET").replace("query.of", "await query.aof")


ORDERS = ("pk", "title", "price", "published", "seen_at", "score", "author")
ORDERS += tuple(f"-{name}" for name in ORDERS)


class Orders(Page):
    order: Literal[ORDERS] = "pk"  # type: ignore[valid-type]


@pytest.fixture
def loading() -> str:
    """Import on first use: that makes no difference here."""
    return "lazy"


@pytest.fixture
def author() -> Author:
    return Author.objects.create(name="x")


def page(query: Page, queryset: Any) -> tuple[list[Any], str]:
    """Return the rows of a page and the cursor of the next one, "" for none."""
    res = Response()
    req = Request(RequestFactory().get("/books"), {}, DEFAULTS)
    rows = query.of(queryset, req, res)
    return rows, cursor_of(res.get_header("Link") or "")


def cursor_of(link: str) -> str:
    found = re.search(r'<([^>]*)>; rel="next"', link)
    return parse_qs(urlsplit(found[1]).query)["cursor"][0] if found else ""


def walk(
    make: Callable[[str], Page], queryset: Any, between: Callable[[], None] = int
) -> list[Any]:
    """Return the rows of all pages, doing something between each two."""
    found: list[Any] = []
    cursor = ""
    for _ in range(100):
        rows, cursor = page(make(cursor), queryset)
        found += rows
        if not cursor:
            return found
        between()
    raise AssertionError("The pages have no end.")


def next_path(answer: Any) -> str:
    found = re.search(r'<([^>]*)>; rel="next"', answer.headers.get("Link", ""))
    return found[1] if found else ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("text", [SYNC, ASYNC], ids=["sync", "async"])
def test_a_list_is_read_page_by_page(api: Any, author: Author, text: str) -> None:
    for title in "edcba":
        Book.objects.create(title=title, author=author)
    served = api({"books.py": text})
    path, titles = "/api/books?limit=2", []
    for _ in range(3):
        answer = served.get(path)
        assert answer.status_code == 200, answer.content
        titles += [[row["title"] for row in answer.json()]]
        path = next_path(answer)
    assert titles == [["a", "b"], ["c", "d"], ["e"]]
    assert path == ""


def test_the_link_keeps_the_other_parameters_and_other_links(api: Any, author: Author) -> None:
    for n in range(3):
        Book.objects.create(title=f"a&b {n}", author=author)
    served = api({"[what].py": SYNC})
    keys = "&".join(f"pk__in={book.pk}" for book in Book.objects.all())
    sent = f"/api/a%20%3E,%22?limit=2&q=a%26b&{keys}&x=%3E%22,%3B&x=%C3%A9"
    link = served.get(sent).headers["Link"]
    first, _, second = link.partition(", ")
    assert first == '</api/v2/books>; rel="successor-version"'
    path = re.fullmatch(r'<(/api/a%20%3E,%22\?[!-~]*)>; rel="next"', second)
    assert path
    assert not set('<>" ') & set(path[1])
    query = parse_qs(urlsplit(path[1]).query)
    assert query["x"] == ['>",;', "é"]
    assert query["q"] == ["a&b"]
    assert len(query["pk__in"]) == 3
    assert [row["title"] for row in served.get(path[1]).json()] == ["a&b 2"]
    assert "next" not in served.get(path[1]).headers["Link"]


@pytest.mark.parametrize(
    ("query", "pointers"),
    [
        ("limit=0", {"/limit"}),
        ("limit=101", {"/limit"}),
        ("limit=-1", {"/limit"}),
        ("limit=x&author=y&order=z", {"/limit", "/author", "/order"}),
        ("limit=99999999999999999999", {"/limit"}),
        ("cursor=x", {"/cursor"}),
        ("cursor=..", {"/cursor"}),
        ("cursor=%00", {"/cursor"}),
        ("order=", {"/order"}),
        ("q=%00", {"/q"}),
        ("pk__in=x&pk__in=1", {"/pk__in/0"}),
        ("published__year=99999", {""}),
        ("published__year=-1", {""}),
    ],
)
def test_what_a_client_says_wrong_is_422(api: Any, query: str, pointers: set[str]) -> None:
    answer = api({"books.py": SYNC}).get(f"/api/books?{query}")
    assert answer.status_code == 422, answer.content
    assert {fault["pointer"] for fault in answer.json()["errors"]} == pointers


INJECTIONS = [
    "title; DROP TABLE library_book", "title'--", "-title,(SELECT password FROM library_author)",
    "author__password", "-author__password", "author__user__password", "password", "pk", "?", "-",
    "--title", "title desc", '"title"', "library_book.title", "title.", "extra", "id", "RANDOM()",
    "1", "title%00", "тitle", "author_id", "%s", "%(a)s", "alias.crafted/**/", "x'; SELECT 1;--",
]  # fmt: skip


@pytest.mark.parametrize("text", INJECTIONS)
def test_g19_only_a_declared_column_is_sorted_or_filtered_by(
    api: Any, author: Author, text: str
) -> None:
    Book.objects.create(title="x", author=author)
    served = api({"books.py": SYNC})
    assert served.get("/api/books", query_params={"order": text}).status_code == 422
    with CaptureQueriesContext(connection) as queries:
        for name in (
            text,
            "author__password",
            "title__contains",
            "order_by",
            "filters",
            "_connector",
        ):
            answer = served.get("/api/books", query_params={name: "secret"})
            assert answer.status_code == 200
            assert len(answer.json()) == 1
    if served.mode == "wsgi":
        assert {query["sql"] for query in queries} == {queries[0]["sql"]}


@pytest.mark.parametrize(
    "text", [*INJECTIONS, "' OR '1'='1", "\\", "%", "_", "a" * 5000, "\r\n", "\u202e", "💥"]
)
def test_g18_a_value_is_never_sql(api: Any, author: Author, text: str) -> None:
    Book.objects.create(title="only", author=author)
    served = api({"books.py": SYNC})
    answer = served.get("/api/books", query_params={"q": text})
    assert answer.status_code == 200
    assert answer.json() == []
    for name in ("author", "pk__in", "published__year", "limit", "cursor"):
        assert served.get("/api/books", query_params={name: text}).status_code in (200, 422)
    assert Book.objects.count() == 1


@pytest.mark.parametrize("number", ["9" * 19, "9" * 20, "-" + "9" * 30, "9" * 400])
def test_g18_a_number_that_no_column_holds_is_no_fault_of_the_server(
    api: Any, author: Author, number: str
) -> None:
    Book.objects.create(title="x", author=author)
    served = api({"books.py": SYNC})
    for name in ("author", "pk__in", "pages", "published__year"):
        answer = served.get(f"/api/books?{name}={number}")
        assert answer.status_code in (200, 422), (name, answer.content)
        assert answer.status_code == 422 or answer.json() == []


def test_a_filter_counts_where_it_is_given(api: Any, author: Author) -> None:
    other = Author.objects.create(name="y")
    Book.objects.create(title="Ab", author=author, pages=0)
    Book.objects.create(title="b", author=other)
    served = api({"books.py": SYNC})

    def titles(query: str) -> list[str]:
        return [row["title"] for row in served.get(f"/api/books?{query}").json()]

    assert titles("") == ["Ab", "b"]
    assert titles(f"author={author.pk}") == ["Ab"]
    assert titles("q=B") == ["Ab", "b"]
    assert titles(f"q=b&author={other.pk}") == ["b"]
    assert titles("pages=0") == ["Ab"]
    assert titles("q=") == ["Ab", "b"]
    assert titles("title=b&other=1") == ["Ab", "b"]


def test_a_page_is_one_query(author: Author) -> None:
    for n in range(5):
        Book.objects.create(title=f"{n}", author=author)
    _, cursor = page(Orders(limit=2), Book.objects.all())
    for query in (Orders(limit=2), Orders(limit=2, cursor=cursor), Orders(limit=9)):
        with CaptureQueriesContext(connection) as queries:
            page(query, Book.objects.select_related("author"))
        assert len(queries) == 1
        assert f"LIMIT {query.limit + 1}" in queries[0]["sql"]


def test_a_page_that_is_just_full_has_no_next_one(author: Author) -> None:
    assert page(Orders(limit=2), Book.objects.all()) == ([], "")
    for n in range(2):
        Book.objects.create(title=f"{n}", author=author)
    rows, cursor = page(Orders(limit=2), Book.objects.all())
    assert (len(rows), cursor) == (2, "")


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_every_order_shows_each_row_once(author: Author, order: Any, limit: int) -> None:
    other = Author.objects.create(name="y")
    for n in range(7):
        Book.objects.create(
            title="é'\"\0"[n % 3] * (n % 2),
            author=(author, other)[n % 2],
            price=Decimal(n % 4) / 10 - Decimal("0.05"),
            published=date(2020, 1, 1 + n % 2),
            seen_at=datetime(2020, 1, 1, tzinfo=UTC) + timedelta(microseconds=n % 3),
            score=(0.1 + 0.2, 0.3, -1e-300, 1e300)[n % 4],
        )
    found = walk(lambda cursor: Orders(order=order, limit=limit, cursor=cursor), Book.objects.all())
    column = f"{order}_id" if order.endswith("author") else order
    sign = "-" if order.startswith("-") else ""
    assert found == list(Book.objects.order_by(column, f"{sign}pk"))
    assert len(found) == 7


def test_a_key_may_be_a_uuid_or_several_columns() -> None:
    for n in range(5):
        Note.objects.create(id=UUID(int=n * 7 % 5), text="same")
        Seat.objects.create(row=n % 2, number=n)

    class Notes(Page):
        order: Literal["text", "-text"] = "text"

    def make(cursor: str) -> Page:
        return Notes(limit=2, cursor=cursor)

    assert walk(make, Note.objects.all()) == list(Note.objects.order_by("id"))
    seats = walk(lambda cursor: Page(limit=2, cursor=cursor), Seat.objects.all())
    assert [(seat.row, seat.number) for seat in seats] == [(0, 0), (0, 2), (0, 4), (1, 1), (1, 3)]


TEXTS = st.sampled_from(["", "a", "A", "é", "z", "ß", "10", "9"])
CHANGES = st.lists(st.tuples(st.sampled_from(["add", "delete"]), TEXTS, st.integers(0, 20)))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(TEXTS, max_size=12),
    st.sampled_from(["pk", "-pk", "title", "-title", "price", "-price"]),
    st.integers(1, 4),
    st.lists(CHANGES, max_size=6),
)
def test_rows_that_come_and_go_repeat_and_hide_no_other(
    titles: list[str], order: Any, limit: int, changes: list[list[tuple[str, str, int]]]
) -> None:
    Author.objects.all().delete()
    author = Author.objects.create(name="x")

    def add(title: str) -> None:
        Book.objects.create(title=title, author=author, price=len(title))

    for title in titles:
        add(title)
    there = set(Book.objects.values_list("pk", flat=True))
    left = iter(changes)

    def change() -> None:
        for what, title, index in next(left, []):
            if what == "add":
                add(title)
            else:
                keys = Book.objects.values_list("pk", flat=True)[index : index + 1]
                there.difference_update(keys)
                Book.objects.filter(pk__in=list(keys)).delete()

    found = walk(
        lambda cursor: Orders(order=order, limit=limit, cursor=cursor), Book.objects.all(), change
    )
    keys = [book.pk for book in found]
    assert len(keys) == len(set(keys))
    sign = "-" if order.startswith("-") else ""
    wanted = Book.objects.filter(pk__in=there).order_by(order, f"{sign}pk")
    assert [key for key in keys if key in there] == [book.pk for book in wanted]


def tampered(cursor: str) -> list[str]:
    value = signing.loads(cursor, salt="fileapi.pagination")
    flipped = ["A" if letter != "A" else "B" for letter in cursor]
    bytes_flipped = [cursor[:n] + letter + cursor[n + 1 :] for n, letter in enumerate(flipped)]
    return [
        *bytes_flipped,
        cursor[:-1],
        cursor + "A",
        "." + cursor,
        signing.dumps(value),
        signing.dumps(value, salt="other"),
        signing.dumps(value, key="another key", salt="fileapi.pagination"),
        cursor.replace(":", "%3A") + " ",
    ]


def test_a_cursor_that_was_changed_is_refused(author: Author) -> None:
    for n in range(3):
        Book.objects.create(title=f"{n}", author=author)
    _, cursor = page(Orders(order="title", limit=1), Book.objects.all())
    for wrong in tampered(cursor):
        with pytest.raises(HttpError) as caught:
            page(Orders(order="title", limit=1, cursor=wrong), Book.objects.all())
        assert caught.value.status == 422
        assert caught.value.errors
        assert caught.value.errors[0]["pointer"] == "/cursor"


def test_a_cursor_of_another_order_or_list_is_refused(author: Author) -> None:
    for n in range(3):
        Book.objects.create(title=f"{n}", author=author)
        Author.objects.create(name=f"{n}")
    _, cursor = page(Orders(order="title", limit=1), Book.objects.all())
    _, of_authors = page(Page(limit=1), Author.objects.all())
    for query in (
        Orders(order="-title", cursor=cursor),
        Orders(order="pk", cursor=cursor),
        Orders(order="pk", cursor=of_authors),
        Page(cursor=cursor),
    ):
        with pytest.raises(HttpError) as caught:
            page(query, Book.objects.all())
        assert caught.value.status == 422


def test_a_cursor_of_ours_whose_values_no_longer_fit_is_refused(author: Author) -> None:
    for values in (["x"], [None], [[1]], [], [1, 2], ["9" * 5000]):
        made = signing.dumps(["library.Book", "pk", *values], salt="fileapi.pagination")
        with pytest.raises(HttpError) as caught:
            page(Page(cursor=made), Book.objects.all())
        assert caught.value.status == 422
    for value in ("text", 5, None, {}):
        made = signing.dumps(value, salt="fileapi.pagination")
        with pytest.raises(HttpError):
            page(Page(cursor=made), Book.objects.all())


class Free(Page):
    order: str = "pk"


class Nullable(Page):
    order: Literal["title", "pages"] = "title"


class Unknown(Page):
    order: Literal["title", "author__name"] = "title"


class Many(Page):
    order: Literal["title", "tags"] = "title"


class Perhaps(Page):
    order: Annotated[Literal["title"] | None, msgspec.Meta(description="x")] = None


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Free, "which lets a client sort by any column"),
        (Perhaps, "which lets a client sort by any column"),
        (Nullable, "Book.pages may be NULL"),
        (Unknown, "'author__name', which is no column of Book"),
        (Many, "'tags', which is no column of Book"),
    ],
)
def test_an_order_that_cannot_be_is_a_bug_at_the_first_request(kind: Any, words: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=re.escape(words)):
        page(kind(), Book.objects.all())


def test_a_type_without_an_order_goes_by_the_key(api: Any, author: Author) -> None:
    for title in "cab":
        Book.objects.create(title=title, author=author)
    rows, _ = page(Page(), Book.objects.order_by("title"))
    assert [row.title for row in rows] == ["c", "a", "b"]
    text = SYNC.replace("class Books(Page):", "class Unused(Page):").replace(
        "query: Books", "query: Page"
    )
    answer = api({"books.py": text}).get("/api/books?order=title")
    assert [row["title"] for row in answer.json()] == ["c", "a", "b"]


def test_a_page_is_made_of_rows() -> None:
    with pytest.raises(ImproperlyConfigured, match="values"):
        page(Page(), Book.objects.values("title"))


def test_a_filter_that_is_no_look_up_is_a_bug() -> None:
    from django.core.exceptions import FieldError

    class Wrong(Page):
        colour: str | None = None

    with pytest.raises(FieldError, match="colour"):
        page(Wrong(colour="red"), Book.objects.all())
