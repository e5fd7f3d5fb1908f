"""What the return annotation makes of a value, and what it refuses."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Annotated, Any, Literal, NamedTuple, TypedDict

import msgspec
import pytest
from django.db.models import TextChoices
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from msgspec import UNSET, Meta, UnsetType
from pydantic import BaseModel, Field, RootModel, computed_field, field_validator

from fileapi.http.json import encode
from fileapi.http.pending import Unanswerable
from fileapi.types.contract import contract
from tests.library.models import Author, Book


class Status(TextChoices):
    OPEN = "open", "Open"


class Colour(enum.Enum):
    RED = "red"


class Out(msgspec.Struct):
    name: str
    age: int | None = None


class Deep(msgspec.Struct):
    inner: Out
    several: list[Out] = []


class Camel(msgspec.Struct, rename="camel"):
    first_name: str
    all_names: list[str] = []


class Patch(msgspec.Struct):
    name: str | UnsetType = UNSET
    inner: Out | UnsetType = UNSET


class Positive(msgspec.Struct):
    n: Annotated[int, Meta(ge=0)]


class Cat(msgspec.Struct, tag_field="kind", tag="cat"):
    lives: int


class Dog(msgspec.Struct, tag_field="kind", tag="dog"):
    name: str


class Row(msgspec.Struct, array_like=True, tag="row"):
    left: int
    right: Out


class Line(msgspec.Struct, array_like=True, tag="line"):
    left: int


class Pair(NamedTuple):
    left: int
    right: Out | None = None


class Typed(TypedDict, total=False):
    name: str
    inner: Out


@dataclass
class Data:
    name: str
    inner: Out | None = None


class Model(BaseModel):
    full_name: str = Field(alias="fullName")
    age: int = 0

    @computed_field
    def shout(self) -> str:
        return self.full_name.upper()


class Split(BaseModel):
    words: list[str]

    @field_validator("words", mode="before")
    @classmethod
    def split(cls, words: Any) -> Any:
        return words.split(",")


class Names(RootModel[list[str]]):
    pass


PERSON = SimpleNamespace(name="x", age=5, full_name="x", other=1)
DOG = SimpleNamespace(kind="dog", name="x")
AT = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("annotation", "value", "text"),
    [
        (Out, PERSON, '{"name":"x","age":5}'),
        (Out, {"name": "x"}, '{"name":"x","age":null}'),
        (Out, Out("x"), '{"name":"x","age":null}'),
        (Out, mark_safe("x") and {"name": mark_safe("x")}, '{"name":"x","age":null}'),
        (Out, {"name": gettext_lazy("x")}, '{"name":"x","age":null}'),
        (Out, {"name": Status.OPEN}, '{"name":"open","age":null}'),
        (Deep, {"inner": PERSON}, '{"inner":{"name":"x","age":5},"several":[]}'),
        (list[Out], (PERSON, PERSON), '[{"name":"x","age":5},{"name":"x","age":5}]'),
        (Camel, {"first_name": "x", "all_names": ["y"]}, '{"firstName":"x","allNames":["y"]}'),
        (Camel, {"firstName": "x", "allNames": ["y"]}, '{"firstName":"x","allNames":["y"]}'),
        (Camel, Camel("x", ["y"]), '{"firstName":"x","allNames":["y"]}'),
        (Patch, Patch(), "{}"),
        (Patch, Patch(inner=Out("x")), '{"inner":{"name":"x","age":null}}'),
        (Patch, SimpleNamespace(name=UNSET, inner=PERSON), '{"inner":{"name":"x","age":5}}'),
        (Cat | Dog, Cat(9), '{"kind":"cat","lives":9}'),
        (Cat | Dog, {"kind": "dog", "name": "x", "other": 1}, '{"kind":"dog","name":"x"}'),
        (list[Cat | Dog], [DOG, Cat(9)], '[{"kind":"dog","name":"x"},{"kind":"cat","lives":9}]'),
        (Cat | None | list[Cat], [Cat(9)], '[{"kind":"cat","lives":9}]'),
        (Cat | str, "x", '"x"'),
        (Out | Colour, Colour.RED, '"red"'),
        (Out | Literal["a"], "a", '"a"'),
        (dict[str, Out] | list[Out], {"a": PERSON}, '{"a":{"name":"x","age":5}}'),
        (dict[str, Out] | list[Out], iter([PERSON]), '[{"name":"x","age":5}]'),
        (Row, Row(1, Out("x")), '["row",1,{"name":"x","age":null}]'),
        (Row, {"left": 1, "right": PERSON}, '["row",1,{"name":"x","age":5}]'),
        (Row | Line, Line(1), '["line",1]'),
        (Row | Line, ["row", 1, PERSON, "more"], '["row",1,{"name":"x","age":5}]'),
        (Pair, Pair(1, Out("x")), '[1,{"name":"x","age":null}]'),
        (Pair, SimpleNamespace(left=1, right=PERSON), '[1,{"name":"x","age":5}]'),
        (Pair, (1, PERSON), '[1,{"name":"x","age":5}]'),
        (list[Pair], [{"left": 1}], "[[1,null]]"),
        (Typed, {"inner": PERSON, "other": 1}, '{"inner":{"name":"x","age":5}}'),
        (Typed, SimpleNamespace(name="x"), '{"name":"x"}'),
        (Data, PERSON, '{"name":"x","inner":null}'),
        (Data, Data("x", Out("y")), '{"name":"x","inner":{"name":"y","age":null}}'),
        (tuple[Out, int], [PERSON, 1], '[{"name":"x","age":5},1]'),
        (list[int], (n for n in range(3)), "[0,1,2]"),
        (list[int], {1}, "[1]"),
        (list[float], [1], "[1.0]"),
        (set[str], ["a"], '["a"]'),
        (dict[str, list[Out]], {"a": [PERSON]}, '{"a":[{"name":"x","age":5}]}'),
        (dict[int, str], {1: "a"}, '{"1":"a"}'),
        (dict, {"a": Out("x")}, '{"a":{"name":"x","age":null}}'),
        (list[Any], [1, Out("x")], '[1,{"name":"x","age":null}]'),
        (list[Any], [date(2020, 1, 1), AT], '["2020-01-01","2020-01-01T00:00:00Z"]'),
        (Decimal | None, Decimal("1.50"), '"1.50"'),
        (float, Decimal("1.5"), "1.5"),
        (Out | None, None, "null"),
        (Model, PERSON, '{"fullName":"x","age":5,"shout":"X"}'),
        (Model, {"full_name": "x"}, '{"fullName":"x","age":0,"shout":"X"}'),
        (Model, {"fullName": "x", "other": 1}, '{"fullName":"x","age":0,"shout":"X"}'),
        (Model, Model(fullName="x"), '{"fullName":"x","age":0,"shout":"X"}'),
        (Split, {"words": "a,b"}, '{"words":["a","b"]}'),
        (Split, Split(words="a,b"), '{"words":["a","b"]}'),
        (list[Split], iter([Split(words="a")]), '[{"words":["a"]}]'),
        (Names, ["a"], '["a"]'),
        (dict[str, Model], {"a": PERSON}, '{"a":{"fullName":"x","age":5,"shout":"X"}}'),
    ],
)  # fmt: skip
def test_a_value_is_made_into_what_is_declared(annotation: Any, value: Any, text: str) -> None:
    assert encode(contract(annotation).answer(value)).decode() == text


@pytest.mark.parametrize(
    ("annotation", "value", "words"),
    [
        (Out, {"age": 5}, "`name`"),
        (Out, {"name": "x", "age": "y"}, r"\$\.age"),
        (Out, SimpleNamespace(age=5), "'name'"),
        (Out, Out(5), r"\$\.name"),
        (Out, Out("x", "y"), r"\$\.age"),
        (list[Out], [Out("x"), Out(None)], r"\$\[1\]\.name"),
        (Out, Author(name=None), "name"),
        (list[Out], [Author(name="x"), Author(name=None)], r"\$\[1\]\.name"),
        (Deep, {"inner": {"name": 5}}, r"\$\.inner\.name"),
        (Deep, {"inner": PERSON, "several": [{"name": "x"}, {}]}, r"\$\.several\[1\]"),
        (Deep, {"inner": [PERSON]}, r"\$\.inner"),
        (Data, Data(5), r"\$\.name"),
        (Pair, (1, 2, 3), "length"),
        (Pair, Pair("x"), r"\$\[0\]"),
        (Row, ["row", 1, 5], r"\$\[2\]"),
        (Row | Line, ["column", 1], "'row', 'line'"),
        (Positive, {"n": -1}, r"\$\.n"),
        (Cat | Dog, {"lives": 9}, "kind"),
        (Cat | Dog, SimpleNamespace(kind="cow"), "'cat', 'dog'"),
        (Cat | Dog, {"kind": ["cat"]}, "'kind'"),
        (Cat | Dog, 5, "int"),
        (list[Out], 5, r"is no list\[.*Out\]: Expected a list, got `int`"),
        (list[Out], "text", "str"),
        (list[Out], {"name": "x"}, "Expected a list, got `dict`"),
        (list[Out], PERSON, "Expected a list, got `SimpleNamespace`"),
        (tuple[Out, int], [PERSON], "length 2"),
        (dict[str, Out], PERSON, "object"),
        (dict[str, Out], {"a": 5}, r"\$"),
        (Out, Book.objects, "Manager"),
        (Out, Book.objects.none(), "QuerySet"),
        (Deep, {"inner": Book.objects.none()}, "QuerySet"),
        (int, "5", "int"),
        (int, True, "int"),
        (str, 5, "str"),
        (Colour, "blue", "blue|enum"),
        (Model, {"age": 1}, "fullName"),
        (Model, {"full_name": "x", "age": "y"}, "age"),
        (Model, Model.model_construct(full_name="x", age="y"), "int"),
        (list[Model], PERSON, "list"),
        (Model, Book.objects.none(), "Model"),
        (Names, [5], "0"),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_what_does_not_fit_is_a_bug_that_names_the_place(
    annotation: Any, value: Any, words: str
) -> None:
    with pytest.raises(Unanswerable, match=words) as caught:
        contract(annotation).answer(value)
    assert "returned" in str(caught.value)


def test_a_property_that_fails_is_no_missing_field() -> None:
    class Broken:
        @property
        def age(self) -> int:
            raise AttributeError("inside")

        name = "x"

    with pytest.raises(Unanswerable, match="inside"):
        contract(Out).answer(Broken())


def test_the_values_of_a_row_are_not_in_the_log() -> None:
    row = Author(name=None, password="canary")
    for annotation in (Out, Deep, Model, list[Model], dict[str, Model]):
        for value in (row, [row], {"a": row, "inner": row}, {"password": "canary"}):
            with pytest.raises(Unanswerable) as caught:
                contract(annotation).answer(value)
            assert "canary" not in str(caught.value)


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_the_log_names_the_field_and_the_answer_does_not(
    api: Any, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    served = api(
        {
            "a.py": f"""
                import msgspec
                from pydantic import BaseModel
                class Inner(msgspec.Struct): hidden_name: str
                class Out(msgspec.Struct): inner: list[Inner]
                class Model(BaseModel): hidden_name: str
                {kind} GET() -> Out: return {{"inner": [{{"hidden_name": 5}}]}}
                {kind} POST() -> list[Model]: return [{{"hidden_name": 5}}]
            """
        }
    )
    for method in ("get", "post"):
        caplog.clear()
        answer = getattr(served, method)("/api/a")
        assert answer.status_code == 500
        assert b"hidden" not in answer.content
        [record] = [each for each in caplog.records if each.name == "django.request"]
        assert "hidden_name" in record.getMessage()
        assert f"a.py: {method.upper()} returned" in record.getMessage()
