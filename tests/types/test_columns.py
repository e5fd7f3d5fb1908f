"""Rows of one table are read as columns where nobody has a say in making their models."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.signals import post_init
from django.db.models.sql import Query
from django.test.utils import CaptureQueriesContext

from fileapi.select import select
from fileapi.types.columns import column_rows
from tests.library.models import Atlas, Author, Book, Novel, Tag

pytestmark = pytest.mark.django_db

NAMES = ("id", "title", "author_id")


@pytest.fixture(autouse=True)
def _books() -> None:
    author = Author.objects.create(name="An author")
    for title in ("b", "a", "b"):
        Book.objects.create(title=title, author=author)


of_one_table = pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: Book.objects.all(), id="all"),
        pytest.param(lambda: Book.objects.order_by("title", "-id"), id="ordered"),
        pytest.param(lambda: Book.objects.filter(author__name="An author"), id="joined"),
        pytest.param(lambda: Book.objects.order_by("-id")[1:], id="sliced"),
        pytest.param(lambda: Book.objects.only("title"), id="only"),
        pytest.param(lambda: Book.objects.defer("title"), id="defer"),
        pytest.param(lambda: Book.objects.select_related("author"), id="select_related"),
        pytest.param(lambda: Book.objects.none(), id="none"),
        pytest.param(lambda: Book.objects.exclude(tags__name="x"), id="excluded"),
        pytest.param(
            lambda: Book.objects.filter(author__books__id__gt=0)[:2], id="joined to itself"
        ),
        pytest.param(
            lambda: Book.objects.filter(id__in=Book.objects.order_by("id")[:2]), id="of a query"
        ),
        pytest.param(lambda: Book.objects.using("default").reverse(), id="reversed"),
        pytest.param(lambda: Book.objects.filter(title="a"), id="a value"),
        pytest.param(lambda: Book.objects.filter(title__in=["a", "c"])[:1], id="values, sliced"),
        pytest.param(lambda: Book.objects.exclude(title="a").order_by(), id="but a value"),
        pytest.param(lambda: Book.objects.filter(Q(title="a") | ~Q(id__gt=0)), id="either"),
        pytest.param(lambda: Book.objects.filter(title=F("title")), id="another column"),
        pytest.param(lambda: Book.objects.filter(id__in=[]), id="what is never so"),
        pytest.param(lambda: Book.objects.exclude(id__in=[]), id="what is always so"),
        pytest.param(lambda: Book.objects.filter(title="%s%%"), id="a value like a parameter"),
        pytest.param(lambda: Book.objects.filter(author_id=None), id="null"),
        pytest.param(lambda: Book.objects.order_by("title")[:0], id="none of them"),
        pytest.param(lambda: Book.objects.order_by("title", "id")[1:2], id="one in the middle"),
        pytest.param(lambda: Book.objects.order_by("-pk").reverse()[:2], id="turned twice"),
        pytest.param(lambda: Book.objects.order_by(F("title").desc(), "id"), id="by an expression"),
        pytest.param(lambda: Book.objects.order_by("author__name", "id"), id="by another table"),
        pytest.param(lambda: Book.objects.extra(order_by=["title", "id"]), id="by SQL"),
        pytest.param(
            lambda: Book.objects.filter(Exists(Author.objects.filter(id=OuterRef("author_id")))),
            id="what exists",
        ),
        pytest.param(lambda: Book.objects.select_for_update().order_by("id"), id="locked"),
    ],
)


@of_one_table
def test_the_query_is_the_one_that_values_list_makes(make: Callable[[], QuerySet[Any]]) -> None:
    def asked(rows: Callable[[], Any]) -> Any:
        with CaptureQueriesContext(connection) as queries:
            found = rows()
        return found, [each["sql"] for each in queries.captured_queries]

    queryset = make()
    rows = asked(lambda: column_rows(queryset, NAMES))
    assert rows == asked(lambda: list(make().values_list(*NAMES)))
    assert list(queryset) == list(make())  # it is as it was


def test_columns_of_two_tables_and_of_a_proxy() -> None:
    Atlas.objects.create(title="maps", author=Author.objects.get(), scale=5)
    assert column_rows(Atlas.objects.all(), ("title", "scale")) == [("maps", 5)]
    assert column_rows(Novel.objects.filter(title="a"), ("title",)) == [("a",)]


@of_one_table
def test_a_select_is_written_once(make: Callable[[], QuerySet[Any]]) -> None:
    first, second = column_rows(make(), NAMES), column_rows(make(), NAMES)
    assert first == second == list(make().values_list(*NAMES))


def test_the_table_that_a_model_has_now_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert column_rows(Tag.objects.all(), ("name",)) == []
    monkeypatch.setattr(Tag._meta, "db_table", "no_such_table")
    with pytest.raises(DatabaseError, match="no_such_table"), transaction.atomic():
        column_rows(Tag.objects.all(), ("name",))


def test_values_are_converted_as_by_the_orm() -> None:
    names = ("id", "price", "published", "seen_at", "pages", "score")
    assert column_rows(Book.objects.all(), names) == list(Book.objects.values_list(*names))


@pytest.fixture
def _written_anew() -> Iterator[None]:
    select.cache_clear()
    yield
    select.cache_clear()


@pytest.mark.usefixtures("_written_anew")
def test_the_order_of_the_model_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tag._meta, "ordering", [F("name").desc()])
    for name in ("b", "c", "a"):
        Tag.objects.create(name=name)
    assert column_rows(Tag.objects.all(), ("name",)) == [("c",), ("b",), ("a",)]
    assert column_rows(Tag.objects.reverse()[1:], ("name",)) == [("b",), ("c",)]
    assert column_rows(Tag.objects.order_by("name"), ("name",)) == [("a",), ("b",), ("c",)]


@of_one_table
def test_the_columns_are_those_of_the_models(make: Callable[[], QuerySet[Any]]) -> None:
    expected = [tuple(getattr(book, name) for name in NAMES) for book in make()]
    assert column_rows(make(), NAMES) == expected


def test_no_other_column_is_asked_for() -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        column_rows(Book.objects.all(), ("id", "title"))
    [query] = asked.captured_queries
    assert "price" not in query["sql"]


@pytest.mark.parametrize(
    ("make", "names"),
    [
        pytest.param(lambda: Book.objects.all(), ("shout",), id="a property"),
        pytest.param(lambda: Book.objects.all(), ("cover",), id="a file"),
        pytest.param(lambda: Book.objects.all(), ("author",), id="a relation"),
        pytest.param(lambda: Book.objects.all(), ("nothing",), id="nothing of the model's"),
        pytest.param(lambda: Book.objects.annotate(n=Value(1)), ("id", "n"), id="an annotation"),
        pytest.param(lambda: Book.objects.annotate(n=F("id")), ("id",), id="beside one"),
        pytest.param(lambda: Book.objects.distinct(), ("title",), id="distinct rows"),
        pytest.param(
            lambda: Book.objects.filter(id=1).union(Book.objects.filter(id=2)), ("id",), id="union"
        ),
        pytest.param(lambda: Book.objects.prefetch_related("tags"), ("id",), id="a prefetch"),
        pytest.param(lambda: Book.objects.values_list("id"), ("id",), id="values_list"),
    ],
)
def test_other_rows_are_left_to_django(
    make: Callable[[], QuerySet[Any]], names: tuple[str, ...]
) -> None:
    assert column_rows(make(), names) is None


def test_rows_that_are_there_already_are_not_asked_for_again() -> None:
    queryset = Book.objects.all()
    list(queryset)
    assert column_rows(queryset, NAMES) is None


def test_a_receiver_that_changes_new_models_is_heard() -> None:
    def receiver(instance: Any, **kwargs: Any) -> None:
        instance.title = "changed"

    post_init.connect(receiver, sender=Book)
    try:
        queryset = Book.objects.all()
        assert column_rows(queryset, NAMES) is None
    finally:
        post_init.disconnect(receiver, sender=Book)
    assert column_rows(Book.objects.all(), NAMES) is not None


@pytest.mark.parametrize(
    ("name", "replacement"),
    [
        ("from_db", classmethod(lambda cls, *args: Book())),
        ("__init__", lambda self, *args, **kwargs: None),
        ("__getattribute__", lambda self, name: object.__getattribute__(self, name)),
        ("__getattr__", lambda self, name: 1),
        ("title", property(lambda self: "shown")),
    ],
)
def test_a_model_with_a_say_in_it_is_made(
    monkeypatch: pytest.MonkeyPatch, name: str, replacement: Any
) -> None:
    from fileapi.types import columns

    with monkeypatch.context() as patch:
        columns._are_plain.cache_clear()
        patch.setattr(Book, name, replacement, raising=False)
        queryset = Book.objects.all()
        assert column_rows(queryset, NAMES) is None
    columns._are_plain.cache_clear()


def test_a_queryset_with_rows_of_its_own_making_makes_them() -> None:
    class Loud(QuerySet[Any]):
        def _fetch_all(self) -> None:
            super()._fetch_all()
            for book in self._result_cache or ():
                book.title = book.title.upper()

    queryset = Loud(Book)
    assert column_rows(queryset, NAMES) is None


def test_a_query_of_another_class_is_left_to_django() -> None:
    class Slow(Query):
        pass

    queryset = QuerySet(Book, query=Slow(Book))
    assert column_rows(queryset, NAMES) is None
