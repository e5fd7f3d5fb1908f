"""Bodies and answers of DRF's serializers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from rest_framework import serializers

from fileapi.http.pending import Unanswerable
from fileapi.types.contract import contract
from tests.library.models import Author, Book, Country, Tag

from .faults import kinds

SITE = """
    from rest_framework import serializers
    from tests.library.models import Author, Book, Tag
    class TagSerializer(serializers.ModelSerializer):
        class Meta:
            model = Tag
            fields = ["id", "name"]
    class AuthorSerializer(serializers.ModelSerializer):
        class Meta:
            model = Author
            fields = ["id", "name"]
    class BookSerializer(serializers.ModelSerializer):
        by = serializers.SerializerMethodField()
        cover = serializers.FileField(required=False)
        class Meta:
            model = Book
            fields = ["id", "title", "author", "price", "cover", "by"]
        def get_by(self, book):
            request = self.context.get("request")
            return request.method if request else ""
    class Whose(serializers.Serializer):
        user = serializers.HiddenField(default=serializers.CurrentUserDefault())
        note = serializers.CharField()
"""


class AuthorSerializer(serializers.ModelSerializer[Author]):
    class Meta:
        model = Author
        fields = ["id", "name"]


class Private(AuthorSerializer):
    class Meta(AuthorSerializer.Meta):
        fields = ["id", "name", "password"]


class TagSerializer(serializers.Serializer[Tag]):
    name = serializers.CharField(max_length=3)


class UniqueTag(serializers.ModelSerializer[Tag]):
    class Meta:
        model = Tag
        fields = ["name"]


class BookSerializer(serializers.Serializer[Book]):
    title = serializers.CharField()
    tags = TagSerializer(many=True, required=False)
    first = TagSerializer(required=False)
    numbers = serializers.ListField(child=serializers.IntegerField(), required=False)
    prices = serializers.DictField(child=serializers.IntegerField(), required=False)
    kind = serializers.ChoiceField(choices=["a", "b"], required=False)

    def validate(self, attrs: Any) -> Any:
        if attrs["title"] == "all":
            raise serializers.ValidationError("All of it.", code="all")
        return attrs


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("annotation", "value", "found"),
    [
        (BookSerializer, {}, {"/title": "required"}),
        (BookSerializer, {"title": None}, {"/title": "null"}),
        (BookSerializer, {"title": "all"}, {"": "all"}),
        (
            BookSerializer,
            {
                "title": [],
                "tags": [{"name": "long"}, {"name": "x"}, {}, 5],
                "first": {"name": ""},
                "numbers": [1, "x"],
                "prices": {"a/b": "x"},
                "kind": "c",
            },
            {
                "/title": "invalid",
                "/tags/0/name": "max_length",
                "/tags/2/name": "required",
                "/tags/3": "invalid",
                "/first/name": "blank",
                "/numbers/1": "invalid",
                "/prices/a~1b": "invalid",
                "/kind": "invalid_choice",
            },
        ),
        (BookSerializer, {"title": "x", "first": 5}, {"/first": "invalid"}),
        (BookSerializer, {"title": "x", "tags": {}}, {"/tags": "not_a_list"}),
        (BookSerializer, [], {"": "type"}),
        (BookSerializer, None, {"": "type"}),
        (BookSerializer, "x", {"": "type"}),
        (list[BookSerializer], [{"title": "x"}, {}], {"/1/title": "required"}),
        (list[BookSerializer], {}, {"": "type"}),
        (list[BookSerializer], None, {"": "type"}),
        (list[BookSerializer], [5], {"/0": "invalid"}),
        (UniqueTag, {"name": "taken"}, {"/name": "unique"}),
        (BookSerializer, {"title": "x", "other": 1}, {}),
    ],
)
def test_every_place_is_named(annotation: Any, value: Any, found: Any) -> None:
    Tag.objects.create(name="taken")
    assert kinds(annotation, value) == found


@pytest.mark.django_db
def test_the_handler_gets_the_validated_serializer_and_saves_it(api: Any) -> None:
    served = api(
        {
            "a.py": SITE
            + """
    def POST(body: BookSerializer, res) -> BookSerializer:
        res.status(201)
        assert body.validated_data["title"]
        return body.save()
    def PUT(body: list[TagSerializer]) -> list[TagSerializer]: return body.save()
    def PATCH(body: BookSerializer) -> BookSerializer:
        body.save()
        return body
    def GET() -> list[BookSerializer]: return Book.objects.order_by("pk")
    def DELETE(body: Whose): return str(body.validated_data["user"])
"""
        }
    )
    author = Author.objects.create(name="x")
    sent = {"title": "T", "author": author.pk, "price": "1.50", "id": 99, "shout": "y"}
    made = served.post("/api/a", json=sent)
    assert made.status_code == 201, made.content
    pk = Book.objects.get().pk
    shown = {"id": pk, "title": "T", "author": author.pk, "price": "1.50", "cover": None}
    assert made.json() == shown | {"by": ""}
    assert pk != 99
    assert served.patch("/api/a", json=sent).json()["by"] == "PATCH"
    assert served.post("/api/a", json={"author": 0}).json()["errors"] == [
        {"pointer": "/title", "message": "This field is required.", "kind": "required"},
        {
            "pointer": "/author",
            "message": 'Invalid pk "0" - object does not exist.',
            "kind": "does_not_exist",
        },
    ]
    assert Book.objects.count() == 2
    tags = served.put("/api/a", json=[{"name": "a"}, {"name": "b"}]).json()
    assert [tag["name"] for tag in tags] == ["a", "b"]
    assert [row["title"] for row in served.get("/api/a").json()] == ["T", "T"]
    assert served.delete("/api/a", json={"note": "x"}).json() == "AnonymousUser"


@pytest.mark.django_db
def test_a_form_brings_text_lists_and_files(api: Any, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    served = api(
        {
            "a.py": SITE
            + """
    class Upload(serializers.Serializer):
        title = serializers.CharField()
        file = serializers.FileField()
        several = serializers.ListField(child=serializers.FileField(), required=False)
        tags = serializers.MultipleChoiceField(choices=["a", "b"], required=False)
        agreed = serializers.BooleanField()
    def POST(body: Upload):
        found = body.validated_data
        return [found["title"], found["file"].read().decode(), sorted(found["tags"]),
                found["agreed"], [each.name for each in found.get("several", [])]]
    def PUT(body: BookSerializer) -> BookSerializer: return body.save()
"""
        }
    )

    def form(**fields: Any) -> dict[str, Any]:
        return {"data": encode_multipart(BOUNDARY, fields), "content_type": MULTIPART_CONTENT}

    def file() -> SimpleUploadedFile:
        return SimpleUploadedFile("n.txt", b"content")

    sent = form(title="t", file=file(), tags=["a", "b"], several=[file(), file()])
    assert served.post("/api/a", **sent).json() == [
        "t", "content", ["a", "b"], False, ["n.txt", "n.txt"]
    ]  # fmt: skip
    refused = served.post("/api/a", **form(title="t", file="text", tags=["c"])).json()
    assert {each["pointer"] for each in refused["errors"]} == {"/file", "/tags"}
    author = Author.objects.create(name="x")
    saved = served.put("/api/a", **form(title="t", author=author.pk, cover=file())).json()
    assert saved["cover"] == Book.objects.get().cover.url
    assert served.post("/api/a", data="x", content_type="text/plain").status_code == 415


@pytest.mark.django_db
def test_an_answer_is_written_by_the_declared_serializer() -> None:
    row = Author.objects.create(name="x")
    one, many = contract(AuthorSerializer).answer, contract(list[AuthorSerializer]).answer
    shown = {"id": row.pk, "name": "x"}
    assert one(row) == one({"id": row.pk, "name": "x", "password": "secret"}) == shown
    assert one(Private(row)) == one(AuthorSerializer(row)) == shown
    for rows in (
        [row],
        (each for each in [row]),
        Author.objects.all(),
        Author.objects,
        Private([row], many=True),
        AuthorSerializer([row], many=True),
        Author.objects.values(),
    ):
        assert many(rows) == [shown]
    unsaved = AuthorSerializer(data={"name": "y", "password": "z"})
    unsaved.is_valid()
    assert one(unsaved) == {"name": "y"}
    hidden = Private(data={"name": "y", "password": "z"})
    hidden.is_valid()
    assert "z" not in json.dumps(one(hidden))


@pytest.mark.django_db
def test_the_context_of_a_returned_serializer_is_kept() -> None:
    class Linked(serializers.Serializer[Author]):
        where = serializers.SerializerMethodField()

        def get_where(self, author: Author) -> str:
            return str(self.context.get("where", ""))

    row = Author(name="x")
    assert contract(Linked).answer(Linked(row, context={"where": "here"})) == {"where": "here"}
    assert contract(Linked).answer(row) == {"where": ""}


@pytest.mark.parametrize("value", [5, "x", [], Author(name="x"), [Author(name="x"), 5]])
def test_an_answer_that_does_not_fit_names_the_field(value: Any) -> None:
    class Born(serializers.Serializer[Author]):
        born_in = serializers.IntegerField()

    for annotation in (Born, list[Born]):
        if (annotation, value) != (list[Born], []):
            with pytest.raises(Unanswerable, match=r"born_in|Expected a list"):
                contract(annotation).answer(value)


def test_a_value_that_a_field_cannot_write_names_the_field() -> None:
    class Born(serializers.Serializer[Author]):
        name = serializers.CharField()
        number = serializers.IntegerField()

    with pytest.raises(Unanswerable, match="number: "):
        contract(list[Born]).answer([{"name": "x", "number": 1}, {"name": "x", "number": "y"}])


@pytest.mark.django_db
def test_what_is_read_only_cannot_be_sent(api: Any) -> None:
    served = api(
        {
            "a.py": """
                from rest_framework import serializers
                from tests.library.models import Country
                class CountrySerializer(serializers.ModelSerializer):
                    class Meta:
                        model = Country
                        fields = ["id", "name"]
                        read_only_fields = ["id"]
                def POST(body: CountrySerializer) -> CountrySerializer: return body.save()
            """
        }
    )
    made = served.post("/api/a", json={"id": 7777, "pk": 7777, "name": "x"}).json()
    assert made["id"] != 7777
    assert not Country.objects.filter(pk=7777).exists()
