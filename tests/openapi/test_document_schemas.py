"""The schemas of annotations, and what they are called where several types have one name."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_spec_validator import validate

from fileapi.checks import check_routes

OUT = "import msgspec\nclass Out(msgspec.Struct):\n    {}: int\ndef GET() -> Out: return Out(1)"
SERIALIZER = """
from rest_framework import serializers
class OutSerializer(serializers.Serializer):
    {} = serializers.IntegerField()
def GET() -> OutSerializer: return {{}}
"""
MODEL = """
from pydantic import BaseModel
class Out(BaseModel):
    {}: int
def GET() -> Out: return {{}}
"""


def answer(document: dict[str, Any], path: str, method: str = "get") -> Any:
    """Return the schema of an answer, and of what it refers to, by names."""
    content = document["paths"][path][method]["responses"]["200"]["content"]
    return content["application/json"]["schema"]


def components(document: dict[str, Any]) -> dict[str, Any]:
    """Return the components but the problem, and see that every reference leads to one."""
    validate(document)
    found = dict(document["components"]["schemas"])
    del found["Problem"]
    return found


def name_of(schema: dict[str, Any]) -> str:
    return str(schema["$ref"]).removeprefix("#/components/schemas/")


@pytest.mark.parametrize("text", [OUT, SERIALIZER, MODEL])
def test_types_of_one_name_have_their_routes_before_it(document: Any, text: str) -> None:
    files = {"a.py": text.format("x"), "b/[id=int].py": text.format("y"), "c.py": text.format("x")}
    made = document(files)
    names = {path: name_of(answer(made, path)) for path in ("/api/a", "/api/b/{id}", "/api/c")}
    # Two that say the same are one.
    assert names == {"/api/a": "a.Out", "/api/b/{id}": "b.byId.Out", "/api/c": "a.Out"}
    found = components(made)
    assert set(found) == {"a.Out", "b.byId.Out"}
    assert list(found["a.Out"]["properties"]) == ["x"]
    assert list(found["b.byId.Out"]["properties"]) == ["y"]


def test_types_of_one_name_of_several_libraries_are_told_apart(document: Any) -> None:
    texts = (OUT, SERIALIZER, MODEL)
    files = {f"{name}.py": text.format(name) for name, text in zip("abc", texts, strict=True)}
    found = components(document(files))
    assert {name: list(schema["properties"]) for name, schema in found.items()} == {
        "a.Out": ["a"],
        "b.Out": ["b"],
        "c.Out": ["c"],
    }


@pytest.mark.parametrize("text", [OUT, SERIALIZER, MODEL])
def test_a_type_alone_has_its_own_name_wherever_it_stands(document: Any, text: str) -> None:
    assert list(components(document({"a/[id=int]/[b].py": text.format("x")}))) == ["Out"]


def test_what_is_sent_is_told_from_what_is_answered(document: Any) -> None:
    made = document(
        {
            "a.py": """
                from pydantic import BaseModel
                class Book(BaseModel):
                    title: str
                    pages: int = 0
                def POST(body: Book) -> Book: return body
                def PUT(body: list[Book]) -> list[Book]: return body
            """,
            "b.py": """
                from rest_framework import serializers
                class NoteSerializer(serializers.Serializer):
                    id = serializers.IntegerField(read_only=True)
                    text = serializers.CharField()
                    secret = serializers.CharField(write_only=True)
                def POST(body: NoteSerializer) -> list[NoteSerializer]: return []
            """,
        }
    )
    found = components(made)
    assert set(found) == {"Book", "BookInput", "Note", "NoteInput"}
    assert list(found["Note"]["properties"]) == ["id", "text"]
    assert list(found["NoteInput"]["properties"]) == ["text", "secret"]
    sent = made["paths"]["/api/a"]["put"]["requestBody"]["content"]["application/json"]["schema"]
    assert sent == {"type": "array", "items": {"$ref": "#/components/schemas/BookInput"}}


def test_an_answer_has_what_has_a_default_unless_its_type_leaves_it_out(document: Any) -> None:
    text = """
        import msgspec
        from typing import Generic, TypeVar
        T = TypeVar("T")
        class Short(msgspec.Struct, Generic[T], omit_defaults=True):
            a: T
            b: int = 0
        class Long(msgspec.Struct):
            short: Short[int]
            c: int = 0
            d: int | msgspec.UnsetType = msgspec.UNSET
        def GET() -> list[Long]: return []
    """
    found = components(document({"a.py": text}))
    assert {name: each["required"] for name, each in found.items()} == {
        "Long": ["short", "c"],
        "Short_int": ["a"],
    }


def test_two_generic_types_of_one_spelling_are_told_apart(document: Any) -> None:
    one = """
        import msgspec
        from ._page import Page
        class Out(msgspec.Struct):
            {}: int
        def GET() -> Page[Out]: return Page([])
    """
    made = document(
        {
            "_page.py": """
                from typing import Generic, TypeVar
                import msgspec
                T = TypeVar("T")
                class Page(msgspec.Struct, Generic[T]):
                    items: list[T]
            """,
            "a.py": one.format("x"),
            "b.py": one.format("y"),
        }
    )
    found = components(made)
    assert set(found) == {"a.Page_Out", "b.Page_Out", "a.Out", "b.Out"}
    item = found["b.Page_Out"]["properties"]["items"]["items"]
    assert list(found[name_of(item)]["properties"]) == ["y"]


def test_two_nested_serializers_of_one_name_are_two_schemas(document: Any) -> None:
    text = """
        from rest_framework import serializers
        def inner(name):
            fields = {name: serializers.IntegerField()}
            return type("InnerSerializer", (serializers.Serializer,), fields)
        class OutSerializer(serializers.Serializer):
            a = inner("x")()
            b = inner("y")(many=True)
        def GET() -> OutSerializer: return {}
    """
    found = components(document({"a.py": text}))
    out = found["Out"]["properties"]
    a, b = found[name_of(out["a"])], found[name_of(out["b"]["items"])]
    assert (list(a["properties"]), list(b["properties"])) == (["x"], ["y"])


def test_two_types_of_one_name_in_one_route_are_numbered(document: Any) -> None:
    made = document(
        {
            "a.py": """
                import msgspec
                class Out(msgspec.Struct):
                    x: int
                First = Out
                class Out(msgspec.Struct):
                    y: int
                def GET() -> First: return First(1)
                def POST() -> Out: return Out(1)
            """
        }
    )
    found = components(made)
    assert set(found) == {"a.Out", "a.Out2"}
    assert name_of(answer(made, "/api/a", "post")) == "a.Out2"


def test_a_type_called_problem_is_not_the_problem(document: Any) -> None:
    made = document({"a.py": OUT.replace("Out", "Problem").format("x")})
    validate(made)
    assert name_of(answer(made, "/api/a")) == "Problem2"


def test_a_type_may_hold_itself(document: Any) -> None:
    for base in ("import msgspec\nclass Tree(msgspec.Struct):", MODEL.partition("class")[0]):
        head = base if "Tree" in base else f"{base}class Tree(BaseModel):"
        text = f"{head}\n    below: list['Tree'] = []\ndef GET() -> Tree: return {{}}"
        made = document({"a.py": text})
        assert list(components(made)) == ["Tree"]


def test_a_query_is_parameters(document: Any) -> None:
    made = document(
        {
            "[id].py": """
                from typing import Annotated
                import msgspec
                class Search(msgspec.Struct, rename="camel"):
                    q: str
                    id: str = ""
                    page_size: Annotated[int, msgspec.Meta(ge=1)] = 20
                    tags: list[str] = []
                def GET(query: Search): return 1
            """
        }
    )
    [item] = made["paths"].values()
    assert [(each["in"], each["name"], each["required"]) for each in item["get"]["parameters"]] == [
        ("path", "id", True),
        ("query", "q", True),
        ("query", "pageSize", False),
        ("query", "tags", False),
    ]
    assert item["get"]["parameters"][2]["schema"] == {
        "type": "integer",
        "minimum": 1,
        "default": 20,
    }


JSON_OR_FORM = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"]


@pytest.mark.parametrize(
    ("field", "kinds"),
    [
        ("int", JSON_OR_FORM),
        ("int | None", JSON_OR_FORM),
        ("list[int]", JSON_OR_FORM),
        ("Inner", ["application/json"]),
        ("Inner | None", ["application/json"]),
        ("dict[str, int]", ["application/json"]),
        ("list[Inner]", ["application/json"]),
        ("list[list[int]]", ["application/json"]),
    ],
)
def test_a_body_that_no_form_can_hold_is_json_alone(
    document: Any, field: str, kinds: list[str]
) -> None:
    text = f"""
        import msgspec
        class Inner(msgspec.Struct): x: int
        class Body(msgspec.Struct): y: {field}
        def POST(body: Body): return 1
    """
    [item] = document({"a.py": text})["paths"].values()
    assert list(item["post"]["requestBody"]["content"]) == kinds


@pytest.mark.parametrize(
    ("annotation", "kinds"),
    [
        ("", JSON_OR_FORM),
        (": dict[str, int]", ["application/json"]),
        (": bytes", ["application/json", "application/octet-stream"]),
        (": str", ["application/json", "text/plain"]),
    ],
)
def test_a_body_is_of_the_kinds_that_are_read(
    document: Any, annotation: str, kinds: list[str]
) -> None:
    [item] = document({"a.py": f"def POST(body{annotation}): return 1"})["paths"].values()
    assert list(item["post"]["requestBody"]["content"]) == kinds


def test_an_annotation_without_a_schema_is_a_check_error(
    document: Any, write_tree: Any, mount_tree: Any
) -> None:
    files = {
        "a.py": """
            from typing import Annotated
            from pydantic import BaseModel, PlainSerializer
            from pydantic_core import core_schema
            class Own:
                @classmethod
                def __get_pydantic_core_schema__(cls, source, handler):
                    return core_schema.is_instance_schema(cls)
            class Holder(BaseModel):
                own: Annotated[int, PlainSerializer(lambda value: value, return_type=Own)]
            def GET() -> Holder: return {"own": 1}
        """,
        "b.py": "def GET(): return 1",
    }
    mount_tree(write_tree(files))
    [error] = check_routes()
    assert error.id == "fileapi.E034"
    assert "'a.py' annotates return with" in error.msg
    assert "Holder" in error.msg
    assert list(document(files)["paths"]) == ["/api/b"]


def test_one_annotation_with_two_generic_types_of_one_spelling_is_a_check_error(
    write_tree: Any, mount_tree: Any
) -> None:
    mount_tree(
        write_tree(
            {
                "a.py": """
                    from typing import Generic, TypeVar
                    import msgspec
                    T = TypeVar("T")
                    class Page(msgspec.Struct, Generic[T]):
                        items: list[T]
                    class Out(msgspec.Struct):
                        x: int
                    First = Page[Out]
                    class Out(msgspec.Struct):
                        y: int
                    def GET() -> tuple[First, Page[Out]]: return 1
                """
            }
        )
    )
    [error] = check_routes()
    assert error.id == "fileapi.E034"
    assert "Page[" in error.msg
