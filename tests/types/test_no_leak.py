"""A field that a type does not declare is in no answer, whatever the handler returns."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Generic, NamedTuple, TypedDict, TypeVar

import msgspec
import pytest
from pydantic import BaseModel
from rest_framework import serializers

from fileapi.http.json import encode
from fileapi.http.pending import Unanswerable
from fileapi.types.contract import contract
from project.accounts.models import User

pytestmark = pytest.mark.django_db

SECRET = b"canary-"
T = TypeVar("T")


class Out(msgspec.Struct):
    name: str


class Private(Out):
    password: str = "canary-struct"


class Tagged(msgspec.Struct, tag_field="kind", tag="out"):
    name: str


class TaggedPrivate(Tagged, tag="out"):
    password: str = "canary-tagged"


class Other(msgspec.Struct, tag_field="kind", tag="other"):
    one: Out


class Renamed(msgspec.Struct, rename="upper"):
    name: str


class Positional(msgspec.Struct, array_like=True):
    name: str


class Optional(msgspec.Struct):
    name: str = ""
    words: list[str] = []


@dataclass
class DataOut:
    name: str


@dataclass
class DataPrivate(DataOut):
    password: str = "canary-dataclass"


class TypedOut(TypedDict):
    name: str


class NamedOut(NamedTuple):
    name: str


class Generic_(msgspec.Struct, Generic[T]):
    name: T


class Model(BaseModel):
    name: str


class ModelPrivate(Model):
    password: str = "canary-model"


class Open(BaseModel, extra="allow"):
    name: str


class OpenPrivate(Open):
    password: str = "canary-open"


class Serializer(serializers.Serializer[User]):
    name = serializers.CharField()


class PrivateSerializer(Serializer):
    password = serializers.CharField()


class Holder(msgspec.Struct):
    one: Out
    many: list[Out] = []
    pair: tuple[Out, int] | None = None
    by_name: dict[str, Out] = {}
    either: Tagged | Other | None = None


class ModelHolder(BaseModel):
    one: Model
    many: list[Model] = []
    open: Open | None = None


ONE = [
    Out, Tagged, Tagged | Other, Renamed, Positional, Optional, DataOut, TypedOut, NamedOut,
    Generic_[str], Out | None, Out | list[Out], Out | int, TypedOut | None, NamedOut | Out,
    Model, Open, Model | Open, Model | None, Serializer,
]  # fmt: skip
SHAPES: list[Callable[[Any], Any]] = [
    lambda one: one,
    lambda one: list[one],
    lambda one: dict[str, one],
    lambda one: tuple[one, ...],
    lambda one: tuple[one, int],
    lambda one: list[one] | None,
]


def user() -> User:
    return User(name="x", email="x@example.com", password="canary-hash")


PARTS: dict[str, Callable[[], Any]] = {
    "a row": user,
    "a dict": lambda: {"name": "x", "password": "canary-key", "kind": "out"},
    "an object": lambda: SimpleNamespace(name="x", password="canary-attribute", kind="out"),
    "a struct": lambda: Private("x"),
    "a tagged struct": lambda: TaggedPrivate("x"),
    "a dataclass": lambda: DataPrivate("x"),
    "a model": lambda: ModelPrivate(name="x"),
    "an open model": lambda: Open(name="x", password="canary-extra"),
    "an open model of a subclass": lambda: OpenPrivate(name="x", other="canary-extra"),
    "a struct with another in it": lambda: Out(Private("x")),
    "a dataclass with another in it": lambda: DataOut(DataPrivate("x")),
    "a row in it": lambda: Out(user()),
    "a serializer": lambda: PrivateSerializer(user()),
    "a member of a union with another in it": lambda: Other(Private("x")),
    "a tuple": lambda: ("x", Private("y")),
}  # fmt: skip
WRAPPED: list[Callable[[Any], Any]] = [
    lambda part: part,
    lambda part: [part],
    lambda part: {"a": part},
    lambda part: (part, 1),
    lambda part: iter([part]),
]


@pytest.mark.parametrize("shape", range(len(SHAPES)))
@pytest.mark.parametrize("one", ONE, ids=str)
def test_g12_no_declared_type_lets_a_secret_through(one: Any, shape: int) -> None:
    if one is Serializer and shape > 1:
        return  # a serializer stands alone or in list[...]
    annotation = SHAPES[shape](one)
    answer = contract(annotation).answer
    answered = 0
    for name, wrap in itertools.product(PARTS, WRAPPED):
        if one is Serializer and name.endswith("in it"):
            continue  # DRF's CharField writes the text of any object
        value = wrap(PARTS[name]())
        try:
            text = encode(answer(value))
        except (Unanswerable, TypeError, AttributeError) as error:
            assert SECRET not in str(error).encode()
        else:
            answered += 1
            assert SECRET not in text, value
    assert answered  # or nothing was shown


ROWS: list[Callable[[], Any]] = [
    lambda: User.objects.all(),
    lambda: User.objects,
    lambda: User.objects.values(),
    lambda: list(User.objects.all()),
    lambda: list(User.objects.values("name", "password")),
    lambda: User.objects.raw("SELECT * FROM accounts_user"),
    lambda: User.objects.values_list("name", "password", named=True),
]


@pytest.mark.parametrize("one", ONE, ids=str)
def test_g12_no_row_of_a_table_shows_its_password(one: Any) -> None:
    if one == Tagged | Other:
        return  # a user has no kind
    user().save()
    answered = 0
    for make in ROWS:
        with suppress(Unanswerable):
            text = encode(contract(list[one]).answer(make()))
            assert b"x" in text
            assert SECRET not in text
            answered += 1
    assert answered


HELD: list[Callable[[], Any]] = [
    lambda: Holder(one=Private("x"), many=[Private("y")], pair=(Private("z"), 1)),
    lambda: Holder(one=Out("x"), by_name={"a": Private("y")}, either=TaggedPrivate("z")),
    lambda: Holder(one=Out("x"), either=Other(Private("y"))),
    lambda: {"one": user(), "many": [user(), Private("y")], "by_name": {"a": user()}},
    lambda: SimpleNamespace(one=user(), many=iter([user()]), pair=[DataPrivate("x"), 1]),
    lambda: SimpleNamespace(one=Model(name="x"), open=Open(name="y", password="canary-extra")),
    lambda: ModelHolder(one=ModelPrivate(name="x"), many=[ModelPrivate(name="y")]),
    lambda: ModelHolder(one=Model(name="x"), open=Open(name="y", password="canary-extra")),
    lambda: {"one": user(), "many": [user()], "open": user()},
    lambda: {"one": {"name": "x"}, "open": {"name": "y", "password": "canary-key"}},
]


@pytest.mark.parametrize(
    "annotation", [Holder, ModelHolder, list[Holder], list[ModelHolder]], ids=str
)
def test_g12_what_is_held_is_read_field_by_field_too(annotation: Any) -> None:
    answered = 0
    for make in HELD:
        with suppress(Unanswerable):
            value = make()
            text = encode(
                contract(annotation).answer([value] if "list" in str(annotation) else value)
            )
            assert SECRET not in text, value
            answered += 1
    assert answered >= 4


def test_g12_what_a_type_holds_itself_is_shown() -> None:
    shown = contract(Holder).answer(Holder(Out("x"), [Out("y")], (Out("z"), 1), {}, Tagged("q")))
    assert encode(shown) == (
        b'{"one":{"name":"x"},"many":[{"name":"y"}],"pair":[{"name":"z"},1],"by_name":{},'
        b'"either":{"kind":"out","name":"q"}}'
    )


def test_g12_what_a_client_adds_reaches_no_handler(api: Any) -> None:
    served = api(
        {
            "a.py": """
                import msgspec
                from dataclasses import dataclass, asdict
                from typing import TypedDict
                from project.accounts.models import User
                class New(msgspec.Struct): name: str
                class Strict(New, forbid_unknown_fields=True): pass
                @dataclass
                class Data: name: str
                class Typed(TypedDict): name: str
                def POST(body: New): return sorted(msgspec.structs.asdict(body))
                def PUT(body: Data): return sorted(asdict(body))
                def PATCH(body: Typed):
                    user = User.objects.create(**body)
                    return [user.is_staff, user.is_superuser, user.password]
                def DELETE(body: Strict): return 1
            """
        }
    )
    sent = {"name": "x", "is_staff": True, "is_superuser": True, "id": 1, "password": "y"}
    assert served.post("/api/a", json=sent).json() == ["name"]
    assert served.put("/api/a", json=sent).json() == ["name"]
    assert served.patch("/api/a", json=sent).json() == [False, False, ""]
    refused = served.delete("/api/a", json=sent).json()["errors"]
    assert {fault["pointer"] for fault in refused} == {
        f"/{name}" for name in sent if name != "name"
    }
