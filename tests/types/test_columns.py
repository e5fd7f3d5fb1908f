"""Rows of one table are read as columns where nobody has a say in making their models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, QuerySet, Value
from django.db.models.signals import post_init
from django.db.models.sql import Query
from django.test.utils import CaptureQueriesContext

from fileapi.types.columns import column_rows
from tests.library.models import Atlas, Author, Book, Novel

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
