from __future__ import annotations

from typing import Any

from rest_framework import generics, serializers

from tests.library.models import Author, Book

FIELDS = ["id", "title", "price", "published", "seen_at", "pages", "score"]


class FlatSerializer(serializers.ModelSerializer[Book]):
    class Meta:
        model = Book
        fields = FIELDS


class AuthorSerializer(serializers.ModelSerializer[Author]):
    class Meta:
        model = Author
        fields = ["id", "name"]


class NestedSerializer(serializers.ModelSerializer[Book]):
    author = AuthorSerializer()

    class Meta:
        model = Book
        fields = [*FIELDS, "author"]


class Flat(generics.ListAPIView[Any]):
    queryset = Book.objects.all()
    serializer_class = FlatSerializer


class Nested(generics.ListAPIView[Any]):
    queryset = Book.objects.select_related("author")
    serializer_class = NestedSerializer
