"""A folder of route files that together use what the document can say."""

from __future__ import annotations

FILES = {
    "_middleware.py": """
        from rest_framework.authentication import BasicAuthentication, SessionAuthentication
        from fileapi import Config
        config = Config(auth=[SessionAuthentication, BasicAuthentication], permissions=None)
    """,
    "index.py": """
        def GET():
            '''The root.

            Of everything.
            '''
            return {}
    """,
    # The same name in four files and three libraries, one of them twice in different shapes.
    "structs/index.py": """
        import enum
        from typing import Annotated, Literal
        import msgspec
        class Colour(enum.Enum):
            RED = "red"
            BLUE = "blue"
        class Item(msgspec.Struct):
            name: Annotated[str, msgspec.Meta(min_length=1, max_length=9)]
            colour: Colour = Colour.RED
            children: list["Item"] = []
            size: Literal["s", "m"] | None = None
        class Search(msgspec.Struct, rename="camel"):
            q: str
            page_size: Annotated[int, msgspec.Meta(ge=1)] = 20
            tags: frozenset[Literal["a", "b", "c"]] = frozenset({"c", "a", "b"})
        def GET(query: Search) -> list[Item]: return []
        def POST(body: Item, res) -> Item: return res.status(201).json(body)
    """,
    "structs/[id=int].py": """
        import msgspec
        class Item(msgspec.Struct):
            other: int
        def GET(id) -> Item: return Item(id)
        def DELETE(id) -> None: pass
    """,
    "structs/[id=uuid].py": """
        from typing import Generic, TypeVar
        import msgspec
        T = TypeVar("T")
        class Item(msgspec.Struct):
            key: str
        class Page(msgspec.Struct, Generic[T]):
            items: list[T]
            total: int = 0
        def GET(id) -> Page[Item]: return Page([])
    """,
    "models/[slug=slug].py": """
        from datetime import date
        from decimal import Decimal
        from pydantic import BaseModel, Field
        class Item(BaseModel):
            id: int = Field(alias="ID")
            price: Decimal = Decimal("1.5")
            day: date | None = None
        def GET(slug) -> Item: return {"ID": 1}
        def PUT(slug, body: Item) -> list[Item]: return [body]
    """,
    "data.py": """
        from dataclasses import dataclass, field
        from typing import NotRequired, TypedDict
        @dataclass
        class Item:
            '''A thing of data.'''
            name: str
            more: dict[str, int] = field(default_factory=dict)
        class Query(TypedDict):
            q: str
            n: NotRequired[int]
        def GET(query: Query) -> Item: return Item("x")
        def PATCH(body: dict[str, Item]) -> dict[str, Item]: return body
    """,
    "serialized.py": """
        from rest_framework import serializers
        class ItemSerializer(serializers.Serializer):
            id = serializers.IntegerField(read_only=True, min_value=0)
            name = serializers.CharField(max_length=9, help_text="Of the item.")
            secret = serializers.CharField(write_only=True, required=False, allow_null=True)
            kind = serializers.ChoiceField(["a", "b"])
            parts = serializers.ListField(child=serializers.UUIDField())
        def GET() -> list[ItemSerializer]: return []
        def POST(body: ItemSerializer, res) -> ItemSerializer: return body
    """,
    "files/[...path].py": "def GET(path): return path",
    "pages/[[...page]].py": "def GET(page): return page\ndef POST(page, body): return body",
    "old.py": """
        from datetime import date
        from fileapi import Config
        config = Config(deprecated=date(2026, 1, 1), successor="/api/structs")
        def GET(): return 1
    """,
    "(staff)/secret.py": """
        from rest_framework.authentication import TokenAuthentication
        from rest_framework.permissions import IsAdminUser
        from fileapi import Config
        config = Config(auth=[TokenAuthentication], permissions=[IsAdminUser])
        def GET(): return 1
        def POST() -> None: pass
    """,
    "every.py": "def handler(req, res): res.json(req.body)",
    "viewed.py": """
        from rest_framework.response import Response
        from rest_framework.viewsets import ViewSet
        class Things(ViewSet):
            '''Things of DRF.'''
            def list(self, request): return Response([])
            def create(self, request): return Response({}, status=201)
        handler = Things.as_view({"get": "list", "post": "create"})
    """,
}
