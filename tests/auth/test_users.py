"""A user is found by a query that is kept, and by the same one that the ORM would write."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Manager, QuerySet
from django.db.models.signals import post_init
from django.test.utils import CaptureQueriesContext

from fileapi.auth import users
from fileapi.auth.users import user_by_key
from tests.library.models import Atlas, Author, Book, Note

pytestmark = pytest.mark.django_db


def asked(find: Any) -> tuple[Any, list[str]]:
    """Return what was found, or the type of the exception, and the queries without their limit."""
    with CaptureQueriesContext(connection) as queries:
        try:
            found = find()
        except Exception as error:
            found = type(error)
    return found, [re.sub(r" LIMIT \d+$", "", each["sql"]) for each in queries.captured_queries]


def found_by_django(model: Any, key: str) -> Any:
    try:
        return model._default_manager.get(pk=key)
    except model.DoesNotExist:
        return None


KEYS = ["1", "2", "-1", "0", "99", " 1", "1.0", "x", "", "\0", "1" * 18, "9" * 19, "9" * 60]


@pytest.mark.parametrize("key", [*KEYS, "\u0661", "None", "1e3"])
def test_a_number_is_looked_up_as_by_the_orm(key: str) -> None:
    Author.objects.create(pk=1, name="first")
    Author.objects.create(pk=int("1" * 18), name="last")
    assert asked(lambda: user_by_key(Author, key)) == asked(lambda: found_by_django(Author, key))


@pytest.mark.parametrize("key", [str(uuid.UUID(int=1)), uuid.UUID(int=1).hex, *KEYS])
def test_a_uuid_is_looked_up_as_by_the_orm(key: str) -> None:
    Note.objects.create(pk=uuid.UUID(int=1), content_type=ContentType.objects.first(), object_id=1)
    assert asked(lambda: user_by_key(Note, key)) == asked(lambda: found_by_django(Note, key))


def test_every_column_is_as_django_reads_it() -> None:
    model = get_user_model()
    made = model.objects.create_user(email="reader@example.com", password="a password")
    model.objects.update(last_login="2026-11-01T10:00:00Z")
    found, expected = user_by_key(model, str(made.pk)), model.objects.get(pk=made.pk)
    state = {name: value for name, value in vars(found).items() if name != "_state"}
    assert state == {name: value for name, value in vars(expected).items() if name != "_state"}
    for name in ("db", "adding", "fields_cache", "fetch_mode"):  # the last came with Django 6.1
        assert getattr(found._state, name, None) == getattr(expected._state, name, None)
    assert found.last_login.tzinfo is not None
    with CaptureQueriesContext(connection) as queries:
        found.email = "other@example.com"
        found.save()
    assert [each["sql"].split()[0] for each in queries.captured_queries] == ["UPDATE"]


def test_a_model_of_two_tables_is_left_to_the_orm() -> None:
    atlas = Atlas.objects.create(title="maps", author=Author.objects.create(name="x"), scale=5)
    assert user_by_key(Atlas, str(atlas.pk)) == atlas
    assert user_by_key(Atlas, "99") is None


@pytest.fixture
def _asked_anew() -> Any:
    users._columns.cache_clear()
    yield
    users._columns.cache_clear()


class Sold(Manager[Any]):
    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().filter(title="sold")


class Picky(QuerySet[Any]):
    def get(self, *args: Any, **kwargs: Any) -> Any:
        return super().get(*args, title="sold", **kwargs)


@pytest.mark.usefixtures("_asked_anew")
@pytest.mark.parametrize("manager", [Sold(), Picky.as_manager(), Manager.from_queryset(Picky)()])
def test_a_manager_that_chooses_is_asked(monkeypatch: pytest.MonkeyPatch, manager: Any) -> None:
    author = Author.objects.create(name="x")
    sold, other = (Book.objects.create(title=each, author=author) for each in ("sold", "other"))
    manager.model = Book
    monkeypatch.setitem(vars(Book._meta), "default_manager", manager)
    assert user_by_key(Book, str(sold.pk)) == sold
    assert user_by_key(Book, str(other.pk)) is None


def test_a_router_says_which_database_is_asked(settings: Any) -> None:
    author = Author.objects.create(name="x")
    settings.DATABASE_ROUTERS = [f"{__name__}.Elsewhere"]
    with pytest.raises(Exception, match="elsewhere"):
        user_by_key(Author, str(author.pk))


class Elsewhere:
    def db_for_read(self, model: Any, **hints: Any) -> str:
        return "elsewhere"


def test_a_receiver_of_new_models_is_heard() -> None:
    def rename(instance: Any, **kwargs: Any) -> None:
        instance.name = "renamed"

    author = Author.objects.create(name="x")
    post_init.connect(rename, sender=Author)
    try:
        assert user_by_key(Author, str(author.pk)).name == "renamed"
    finally:
        post_init.disconnect(rename, sender=Author)
