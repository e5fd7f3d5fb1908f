"""Structs that are made of columns are those that are made of models."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypedDict, TypeVar

import msgspec
import pytest

from fileapi.http.json import encode
from fileapi.http.pending import Unanswerable
from fileapi.types.contract import contract
from fileapi.types.plain import PlainContract
from tests.library.models import Author, Book

pytestmark = pytest.mark.django_db

Kind = TypeVar("Kind")


class Plain(msgspec.Struct):
    id: int
    title: str


class OtherOrder(msgspec.Struct, frozen=True):
    title: Annotated[str, msgspec.Meta(max_length=10)]
    pages: int | None
    id: Any


class Defaults(msgspec.Struct, omit_defaults=True):
    title: str
    pages: int | None = None
    score: float = 0.0


class Converted(msgspec.Struct):
    price: Decimal
    published: date
    seen_at: datetime


class ByName(msgspec.Struct, kw_only=True):
    id: int
    title: str


class PartlyByName(msgspec.Struct):
    title: str
    id: int = msgspec.field(default=0)


class Checked(msgspec.Struct):
    title: str

    def __post_init__(self) -> None:
        if not self.title:
            raise ValueError("empty")


class Tagged(msgspec.Struct, tag="book"):
    title: str


class Of(msgspec.Struct, Generic[Kind]):
    title: Kind


class Sub(Plain):
    pages: int | None


class Typed(TypedDict):
    id: int
    title: str


STRUCTS = [
    *(Plain, OtherOrder, Defaults, Converted, ByName, PartlyByName, Checked, Tagged, Of[str]),
    *(Sub, Typed),
]


@pytest.fixture(autouse=True)
def _books() -> None:
    author = Author.objects.create(name="An author")
    for title in ("b", "a"):
        Book.objects.create(title=title, author=author)


@pytest.mark.parametrize("struct", STRUCTS, ids=str)
@pytest.mark.parametrize("holder", [list, tuple], ids=str)
def test_columns_make_what_models_make(struct: Any, holder: Any) -> None:
    annotation: Any = list[struct] if holder is list else tuple[struct, ...]
    made = contract(annotation)
    columns = made.answer(Book.objects.order_by("title"))
    assert columns == made.answer(list(Book.objects.order_by("title")))
    assert encode(columns) == encode(made.answer(list(Book.objects.order_by("title"))))


def test_a_length_that_is_declared_is_kept() -> None:
    made = contract(Annotated[list[Plain], msgspec.Meta(max_length=1)])
    assert len(made.answer(Book.objects.all()[:1])) == 1
    with pytest.raises(Unanswerable, match="length"):
        made.answer(Book.objects.all())


@pytest.mark.parametrize("title", ["more than ten characters"])
def test_a_column_that_does_not_fit_names_its_field(title: str) -> None:
    Book.objects.create(title=title, author=Author.objects.get())
    with pytest.raises(Unanswerable, match=r"length <= 10 - at `\$\[2\]\.title`"):
        contract(list[OtherOrder]).answer(Book.objects.order_by("id"))


def test_most_structs_are_made_without_dicts() -> None:
    assert [PlainContract(list[struct]).row is not None for struct in STRUCTS] == [
        *(True, True, True, True, False, True, False, False, False),
        *(True, False),
    ]
