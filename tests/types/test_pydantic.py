"""Bodies and queries of pydantic's models."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Generic, Literal, TypeVar

import pytest
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from fileapi.http.errors import HttpError
from fileapi.http.query import PathQuery
from fileapi.types.contract import contract

from .faults import faults, kinds, kinds_of_text

T = TypeVar("T")


class Tag(BaseModel):
    name: str = Field(max_length=3)


class Closed(BaseModel, extra="forbid"):
    x: int


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    tricks: list[str]


class Book(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    title: str = Field(alias="bookTitle")
    tags: list[Tag] = []
    by_name: dict[str, Tag] = {}
    maybe: Tag | None = None
    pet: Annotated[Cat | Dog, Field(discriminator="kind")] | None = None
    number: int | list[int] = 0
    prices: dict[int, int] = {}
    closed: Closed | None = None
    pair: tuple[int, str] = (1, "")

    @field_validator("title")
    @classmethod
    def not_empty(cls, title: str) -> str:
        if not title:
            raise ValueError("A book needs a title")
        return title

    @model_validator(mode="after")
    def not_all(self) -> Book:
        if self.title == "all":
            raise ValueError("All of it")
        return self


class Page(BaseModel, Generic[T]):
    items: list[T]


class Strict(BaseModel, strict=True):
    on: date
    n: int = 0


GOOD = {"bookTitle": "x"}


@pytest.mark.parametrize(
    ("annotation", "value", "found"),
    [
        (Book, {}, {"/bookTitle": "missing"}),
        (Book, {"bookTitle": ""}, {"/bookTitle": "value_error"}),
        (Book, {"bookTitle": "all"}, {"": "value_error"}),
        (Book, {"title": 1}, {"/title": "string_type"}),
        (
            Book,
            {
                "bookTitle": 1,
                "tags": [{"name": "long"}, {}, 5],
                "by_name": {"a/~b": {"name": 1}},
                "maybe": {"name": 1},
                "pair": ["x", "y"],
            },
            {
                "/bookTitle": "string_type",
                "/tags/0/name": "string_too_long",
                "/tags/1/name": "missing",
                "/tags/2": "model_type",
                "/by_name/a~1~0b/name": "string_type",
                "/maybe/name": "string_type",
                "/pair/0": "int_parsing",
            },
        ),
        (Book, GOOD | {"pet": {"kind": "cat", "lives": "x"}}, {"/pet/lives": "int_parsing"}),
        (Book, GOOD | {"pet": {"kind": "dog"}}, {"/pet/tricks": "missing"}),
        (Book, GOOD | {"pet": {"kind": "cow"}}, {"/pet": "union_tag_invalid"}),
        (Book, GOOD | {"pet": {}}, {"/pet": "union_tag_not_found"}),
        (Book, GOOD | {"number": "x"}, {"/number": "list_type"}),
        (Book, GOOD | {"number": [1, "x"]}, {"/number": "int_type", "/number/1": "int_parsing"}),
        (Book, GOOD | {"prices": {"x": "y"}}, {"/prices/x": "int_parsing"}),
        (Book, GOOD | {"closed": {"x": 1, "z/": 1}}, {"/closed/z~1": "extra_forbidden"}),
        (Book, [], {"": "model_type"}),
        (list[Book], [GOOD, {}], {"/1/bookTitle": "missing"}),
        (dict[str, Tag], {"a": {}}, {"/a/name": "missing"}),
        (Tag | None, {}, {"/name": "missing"}),
        (Page[Tag], {"items": [{}]}, {"/items/0/name": "missing"}),
        (Strict, {"on": "2020-01-01", "n": "1"}, {"/n": "int_type"}),
        (Strict, {"on": "2020-01-01"}, {}),
        (Tag | None, None, {}),
    ],
)
def test_every_place_is_named_by_a_pointer_into_the_body(
    annotation: Any, value: Any, found: Any
) -> None:
    assert kinds(annotation, value) == found


def test_what_a_client_sent_is_in_no_message() -> None:
    for value in ({"bookTitle": 'secret"\r\n'}, {"bookTitle": ["secret"]}, {"tags": "secret"}):
        assert not [each for each in faults(Book, value) if "secret" in each["message"]]


class Search(BaseModel, extra="forbid"):
    q: str = Field(alias="search")
    page: int = 1
    tags: list[Literal["a", "b"]] = []
    maybe: list[int] | None = None


def test_a_query_is_converted_from_text() -> None:
    read = contract(Search).from_strings
    made = read(PathQuery({"search": ["y", "x"], "page": ["2"], "tags": ["a"]}, {"id": 42}))
    assert made == Search(search="x", page=2, tags=["a"])
    assert kinds_of_text(Search, {"page": ["x"], "tags": ["a", "c"], "maybe": ["1", "y"]}) == {
        "/search": "missing",
        "/page": "int_parsing",
        "/tags/1": "literal_error",
        "/maybe/1": "int_parsing",
    }
    assert kinds_of_text(Search, {"search": ["x"], "other": ["1"]}) == {"/other": "extra_forbidden"}


def test_a_path_parameter_that_a_model_names_is_read() -> None:
    class One(BaseModel, extra="forbid"):
        id: int

    assert contract(One).from_strings(PathQuery({"id": ["7"]}, {"id": 42})).id == 42


@pytest.mark.parametrize("raw", [b"{", b"", b"\xff", b"[" * 200, b'{"bookTitle": NaN}'])
def test_json_is_read_by_the_same_rules_whoever_validates(raw: bytes) -> None:
    with pytest.raises(HttpError) as caught:
        contract(Book).from_json(raw)
    assert caught.value.status == 400


def test_a_handler_gets_a_model_or_nothing(api: Any) -> None:
    served = api(
        {
            "a.py": """
                from pydantic import BaseModel
                called = []
                class Book(BaseModel, extra="ignore"):
                    title: str
                    is_staff: bool = False
                class Open(Book, extra="allow"): pass
                def POST(body: Book):
                    called.append(body)
                    return sorted(body.model_dump())
                def PUT(body: list[Book]): return [type(each).__name__ for each in body]
                def GET(query: Book): return query.title
                def DELETE(): return len(called)
            """
        }
    )
    assert served.post("/api/a", json={"title": 1}).status_code == 422
    assert served.post("/api/a", json={"title": "x", "is_staff": "perhaps"}).status_code == 422
    assert served.delete("/api/a").json() == 0
    sent = {"title": "x", "password": "y", "id": 1}
    assert served.post("/api/a", json=sent).json() == ["is_staff", "title"]
    assert served.put("/api/a", json=[sent]).json() == ["Book"]
    assert served.get("/api/a?title=x").json() == "x"
    assert served.get("/api/a").json()["errors"][0]["pointer"] == "/title"
    form = served.post(
        "/api/a", data="title=x&is_staff=no", content_type="application/x-www-form-urlencoded"
    )
    assert form.json() == ["is_staff", "title"]
    assert served.post("/api/a", data="x", content_type="text/plain").status_code == 415
