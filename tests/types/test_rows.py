"""Rows of the ORM as an answer: how many queries they cost, and what is read of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Count, Prefetch, QuerySet
from django.test.utils import CaptureQueriesContext
from pydantic import BaseModel

from fileapi.http.json import encode
from fileapi.types.contract import contract
from tests.library.models import Author, Book, Category, Country, Note, Profile, Tag

pytestmark = pytest.mark.django_db


class CountryOut(msgspec.Struct):
    name: str


class AuthorOut(msgspec.Struct):
    name: str
    country: CountryOut | None


class TagOut(msgspec.Struct):
    name: str
    owner: AuthorOut | None


class BookOut(msgspec.Struct):
    title: str
    author: AuthorOut
    tags: list[TagOut]


class Title(msgspec.Struct):
    title: str


class AuthorWithBooks(msgspec.Struct):
    name: str
    books: list[Title]
    profile: Bio | None


class Bio(msgspec.Struct):
    bio: str


class Counted(msgspec.Struct):
    name: str
    wrote: int


class ByCounted(msgspec.Struct):
    author: Counted


class Node(msgspec.Struct):
    name: str
    children: list[Node]


class Up(msgspec.Struct):
    name: str
    parent: Up | None


class About(msgspec.Struct):
    name: str


class NoteOut(msgspec.Struct):
    text: str
    about: About | None


class Country_(BaseModel):
    name: str


class Author_(BaseModel):
    name: str
    country: Country_ | None


class Tag_(BaseModel):
    name: str
    owner: Author_ | None


class Book_(BaseModel):
    title: str
    author: Author_
    tags: list[Tag_]


@pytest.fixture(autouse=True)
def books() -> None:
    """Make four books by two authors, with three tags each."""
    for country in ("a", "b"):
        author = Author.objects.create(
            name=f"Author {country}", country=Country.objects.create(name=country)
        )
        Profile.objects.create(author=author, bio="Long")
        for n in range(2):
            book = Book.objects.create(title=f"{country}{n}", author=author, price=Decimal("1.50"))
            for t in range(3):
                book.tags.add(Tag.objects.create(name=f"{country}{n}{t}", owner=author))


def counted(annotation: Any, make: Callable[[], Any]) -> tuple[int, Any]:
    """Return how many queries an answer costs, and the answer."""
    answer = contract(annotation).answer
    with CaptureQueriesContext(connection) as queries:
        text = encode(answer(make()))
    return len(queries), msgspec.json.decode(text)


def full(title: str) -> dict[str, Any]:
    author = {"name": f"Author {title[0]}", "country": {"name": title[0]}}
    tags = [{"name": f"{title}{t}", "owner": author} for t in range(3)]
    return {"title": title, "author": author, "tags": tags}


FULL = [full(title) for title in ("a0", "a1", "b0", "b1")]


def by_key() -> QuerySet[Book]:
    return Book.objects.order_by("pk")


def some_columns_of_two() -> QuerySet[Book]:
    rows = by_key().select_related("author")
    return rows.only("title", "author__name", "author__country")


def united() -> QuerySet[Book]:
    rows = Book.objects.order_by()
    early, late = rows.filter(title__lt="b"), rows.filter(title__gte="b")
    return early.union(late).order_by("title")


ROWS: dict[str, tuple[int, Callable[[], Any]]] = {
    "a queryset": (2, by_key),
    "a manager": (2, lambda: Book.objects),
    "an empty one": (1, lambda: Book.objects.filter(title="")),
    "a slice": (2, lambda: by_key()[:9]),
    "joined by the handler": (2, lambda: by_key().select_related("author")),
    "prefetched": (4, lambda: by_key().prefetch_related("tags")),
    "prefetched one": (4, lambda: by_key().prefetch_related("author")),
    "only some columns": (2, lambda: by_key().only("title", "author")),
    "without some columns": (2, lambda: by_key().defer("pages")),
    "columns of another": (4, some_columns_of_two),
    "sorted by another": (2, lambda: Book.objects.order_by("author__name", "pk").distinct()),
    "united": (6, united),
    "a list": (6, lambda: list(by_key())),
    "a generator": (6, lambda: (each for each in by_key())),
    "an iterator": (6, lambda: by_key().iterator()),
    "raw": (6, lambda: Book.objects.raw("SELECT * FROM library_book ORDER BY id")),
    "fetched before": (6, lambda: fetched(by_key())),
    "fetched and joined": (4, lambda: fetched(by_key().select_related("author__country"))),
    "fetched with tags": (7, lambda: fetched(by_key().prefetch_related("tags__owner", "author"))),
}


def fetched(queryset: QuerySet[Any]) -> QuerySet[Any]:
    bool(queryset)
    return queryset


@pytest.mark.parametrize("annotation", [list[BookOut], list[Book_]], ids=["msgspec", "pydantic"])
@pytest.mark.parametrize("kind", ROWS)
def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(
    annotation: Any, kind: str
) -> None:
    most, make = ROWS[kind]
    spent, shown = counted(annotation, make)
    assert shown == ([] if kind == "an empty one" else FULL)
    assert spent <= most
    for book in Book.objects.all():
        for n in range(3):
            book.tags.add(Tag.objects.create(name=f"more {book.pk} {n}", owner=book.author))
    again, _ = counted(annotation, make)
    assert again == spent


def test_one_object_costs_one_query_for_each_relation() -> None:
    book = Book.objects.get(title="a0")
    assert counted(BookOut, lambda: book) == (3, full("a0"))
    assert counted(Book_, lambda: Book.objects.get(title="a0"))[0] == 4
    spent, _ = counted(BookOut, lambda: Book.objects.select_related("author__country").first())
    assert spent == 2


def test_rows_at_the_many_end_are_read_with_their_own_joins() -> None:
    class ReverseOut(msgspec.Struct):
        name: str
        books: list[BookOut]

    spent, shown = counted(list[ReverseOut], lambda: Author.objects.order_by("pk"))
    assert (spent, len(shown)) == (3, 2)
    assert shown[0] == {"name": "Author a", "books": FULL[:2]}
    author = Author.objects.get(name="Author a")
    assert counted(ReverseOut, lambda: author) == (2, shown[0])


def test_a_reverse_relation_to_one_is_joined_and_may_be_missing() -> None:
    Author.objects.create(name="Nobody")
    spent, shown = counted(list[AuthorWithBooks], lambda: Author.objects.order_by("pk"))
    assert spent == 2
    assert [row["profile"] for row in shown] == [{"bio": "Long"}, {"bio": "Long"}, None]

    class WithDefault(msgspec.Struct):
        profile: Bio | None = None

    class Pydantic(BaseModel):
        class Inner(BaseModel):
            bio: str

        profile: Inner | None

    nobody = Author.objects.get(name="Nobody")
    for annotation in (WithDefault, Pydantic):
        assert counted(annotation, lambda: nobody)[1] == {"profile": None}


@pytest.mark.parametrize("annotation", [list[BookOut], list[Book_]], ids=["msgspec", "pydantic"])
def test_a_prefetch_of_the_handlers_own_is_kept(annotation: Any) -> None:
    some = Prefetch("tags", queryset=Tag.objects.filter(name="a01"))
    spent, shown = counted(annotation, lambda: Book.objects.prefetch_related(some).order_by("pk"))
    assert [[tag["name"] for tag in book["tags"]] for book in shown] == [["a01"], [], [], []]
    assert shown[0]["tags"][0]["owner"]["country"] == {"name": "a"}
    assert spent == 4  # the owner and the country of the handler's tags are two


def test_an_annotation_on_a_prefetched_relation_to_one_is_kept() -> None:
    authors = Author.objects.annotate(wrote=Count("books"))
    make = Book.objects.prefetch_related(Prefetch("author", queryset=authors)).order_by("pk")
    spent, shown = counted(list[ByCounted], lambda: make)
    assert (spent, shown[0]) == (2, {"author": {"name": "Author a", "wrote": 2}})


def test_a_prefetch_to_another_attribute_is_read() -> None:
    class Out(msgspec.Struct):
        title: str
        first_tags: list[TagOut]

    own = Prefetch("tags", queryset=Tag.objects.filter(name__endswith="0"), to_attr="first_tags")
    spent, shown = counted(list[Out], lambda: Book.objects.prefetch_related(own).order_by("pk"))
    assert [len(book["first_tags"]) for book in shown] == [1, 1, 1, 1]
    assert spent <= 2 + 2 * 4  # what to_attr holds is the handler's to join


def test_annotations_properties_and_values_are_read() -> None:
    class Out(msgspec.Struct):
        title: str
        shout: str
        tag_count: int
        pages: int | None
        price: Decimal
        published: date
        author_id: int

    make = Book.objects.annotate(tag_count=Count("tags")).order_by("pk")
    spent, [first, *_] = counted(list[Out], lambda: make)
    assert spent == 1
    assert first["shout"] == "A0"
    assert (first["tag_count"], first["price"], first["published"]) == (3, "1.50", "2020-01-01")
    rows = Book.objects.order_by("pk").values("title", "author_id", "price")
    assert counted(list[Title], lambda: rows) == (
        1,
        [{"title": t} for t in ("a0", "a1", "b0", "b1")],
    )
    flat = Book.objects.order_by("pk").values_list("title", flat=True)
    assert counted(list[str], lambda: flat) == (1, ["a0", "a1", "b0", "b1"])
    named = Book.objects.order_by("pk").values_list("title", named=True)
    assert counted(list[Title], lambda: named)[1][0] == {"title": "a0"}
    pairs = Book.objects.order_by("pk").values_list("title", "pages")
    assert counted(list[tuple[str, int | None]], lambda: pairs)[1][0] == ["a0", None]
    spent, by_key = counted(dict[int, BookOut], lambda: Book.objects.in_bulk())
    assert spent <= 6
    assert list(by_key.values()) == FULL
    assert counted(dict[str, int], lambda: Book.objects.aggregate(n=Count("pk")))[1] == {"n": 4}


def test_a_file_is_its_url_and_no_file_is_null(settings: Any) -> None:
    settings.MEDIA_URL = "/media/"

    class Out(msgspec.Struct):
        title: str
        cover: str | None

    class Pydantic(BaseModel):
        title: str
        cover: str | None

    Book.objects.filter(title="a0").update(cover="covers/a b.png")
    for annotation in (Out, Pydantic):
        rows = Book.objects.order_by("pk")[:2]
        _, shown = counted(list[annotation], lambda rows=rows: rows)  # type: ignore[misc]
        assert shown == [
            {"title": "a0", "cover": "/media/covers/a%20b.png"},
            {"title": "a1", "cover": None},
        ]
        book = Book.objects.get(title="a0")
        assert counted(annotation, lambda book=book: book)[1] == shown[0]  # type: ignore[misc]
        assert counted(annotation, lambda book=book: {"title": "x", "cover": book.cover})[1] == {  # type: ignore[misc]
            "title": "x",
            "cover": "/media/covers/a%20b.png",
        }


def test_a_type_that_holds_itself_ends_where_the_rows_end() -> None:
    top = Category.objects.create(name="1")
    middle = Category.objects.create(name="2", parent=top)
    Category.objects.create(name="3", parent=middle)
    _, [shown] = counted(list[Node], lambda: Category.objects.filter(parent=None))
    assert shown == {
        "name": "1",
        "children": [{"name": "2", "children": [{"name": "3", "children": []}]}],
    }
    _, up = counted(Up, lambda: Category.objects.get(name="3"))
    assert up["parent"]["parent"] == {"name": "1", "parent": None}


def test_a_generic_relation_is_prefetched() -> None:
    kind = ContentType.objects.get_for_model(Tag)
    for tag in Tag.objects.all():
        Note.objects.create(text=tag.name, content_type=kind, object_id=tag.pk)
    spent, shown = counted(list[NoteOut], lambda: Note.objects.all())
    assert spent == 2
    assert all(row["about"] == {"name": row["text"]} for row in shown)


def test_a_queryset_is_not_changed() -> None:
    rows = Book.objects.order_by("pk")
    before = str(rows.query)
    counted(list[BookOut], lambda: rows)
    assert str(rows.query) == before
    assert rows._prefetch_related_lookups == ()  # type: ignore[attr-defined]


SITE = """
    import msgspec
    from collections.abc import AsyncIterator, Iterator
    from tests.library.models import Book
    class AuthorOut(msgspec.Struct): name: str
    class BookOut(msgspec.Struct):
        title: str
        author: AuthorOut
    def books(): return Book.objects.order_by("pk")
"""
HANDLERS = [
    "def GET() -> list[BookOut]: return books()",
    "async def GET() -> list[BookOut]: return books()",
    "async def GET() -> list[BookOut]: return [each async for each in books()]",
    "async def GET() -> list[BookOut]: return books().aiterator()",
    "def GET() -> list[BookOut]: return books().aiterator()",
    "def GET() -> Iterator[BookOut]: yield from books()",
    "async def GET() -> AsyncIterator[BookOut]:\n        async for each in books(): yield each",
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("handler", HANDLERS)
def test_rows_come_from_sync_and_async_handlers(api: Any, handler: str) -> None:
    served = api({"a.py": SITE + "    " + handler})
    wanted = [{"title": row["title"], "author": {"name": row["author"]["name"]}} for row in FULL]
    with CaptureQueriesContext(connection) as queries:
        answer = served.get("/api/a")
    assert answer.json() == wanted
    if served.mode == "wsgi" and not handler.startswith("async"):
        assert len(queries) <= 2


@pytest.mark.django_db(transaction=True)
def test_an_async_handler_returns_one_row_with_its_relations(api: Any) -> None:
    served = api({"a.py": SITE + "    async def GET() -> BookOut: return await books().afirst()"})
    assert served.get("/api/a").json() == {"title": "a0", "author": {"name": "Author a"}}
