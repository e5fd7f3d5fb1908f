"""A body of a declared type, and rows of the database as an answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

BODY = """
    import msgspec
    class User(msgspec.Struct):
        name: str
        age: int
    def POST(body: User): return body
    def PUT(body: User | None): return [body]
    def PATCH(body: bytes): return len(body)
    def DELETE(body: str): return body
"""
FORM = "application/x-www-form-urlencoded"


def test_a_body_is_read_strictly_from_json_and_from_text_in_a_form(api: Any) -> None:
    served = api({"a.py": BODY})
    assert served.post("/api/a", json={"name": "x", "age": 5}).json() == {"name": "x", "age": 5}
    assert served.post("/api/a", json={"name": "x", "age": "5"}).status_code == 422
    form = served.post("/api/a", data="name=x&age=5", content_type=FORM)
    assert form.json() == {"name": "x", "age": 5}
    assert served.put("/api/a", json=None).json() == [None]
    assert served.patch("/api/a", data=b"\x00\x01", content_type="image/png").json() == 2
    assert served.delete("/api/a", data="text", content_type="text/plain").json() == "text"


def test_a_field_that_fails_is_named_by_a_json_pointer(api: Any) -> None:
    problem = api({"a.py": BODY}).post("/api/a", json={"name": "x", "age": "old"}).json()
    assert problem == {
        "type": "about:blank",
        "title": HTTPStatus(422).phrase,
        "status": 422,
        "detail": "The input is not valid.",
        "errors": [{"pointer": "/age", "message": "Expected `int`, got `str`", "kind": "type"}],
    }


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({}, 400),
        ({"data": b"{", "content_type": "application/json"}, 400),
        ({"data": b"[" * 200, "content_type": "application/json"}, 400),
        ({"data": b"\xff", "content_type": "application/json"}, 400),
        ({"data": b"{}", "content_type": "application/json"}, 422),
        ({"data": b"[]", "content_type": "application/json"}, 422),
        ({"data": b"{}", "content_type": "application/json; charset=latin-1"}, 415),
        ({"data": b"{}", "content_type": "text/plain"}, 415),
        ({"data": b"{}", "content_type": "application/octet-stream"}, 415),
        ({"data": "age=5", "content_type": FORM}, 422),
        ({"data": "name=x&age=old", "content_type": FORM}, 422),
    ],
)
def test_a_body_that_does_not_fit_is_the_clients_fault(
    api: Any, options: dict[str, Any], status: int
) -> None:
    assert api({"a.py": BODY}).post("/api/a", **options).status_code == status


DESCRIBED = """
    from typing import Annotated, Any
    from msgspec import Meta
    Described = Annotated[Any, Meta(extra_json_schema={"type": "object", "required": ["x"]})]
    def POST(body: Described): return type(body).__name__ if body is None else body["x"]
"""


@pytest.mark.parametrize(
    ("options", "status", "value"),
    [
        ({}, 200, "NoneType"),
        ({"json": {"x": [1]}}, 200, [1]),
        ({"json": {}}, 400, None),
        ({"data": "x=1", "content_type": FORM}, 200, "1"),
        ({"data": "y=1", "content_type": FORM}, 400, None),
    ],
    ids=["none", "json", "json without it", "form", "form without it"],
)
def test_a_body_that_is_only_described_is_as_without_an_annotation(
    api: Any, options: dict[str, Any], status: int, value: Any
) -> None:
    response = api({"a.py": DESCRIBED}).post("/api/a", **options)
    assert response.status_code == status
    if status == 200:
        assert response.json() == value


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["def", "async def"])
@pytest.mark.parametrize("value", ["Feedback.objects.all()", "Feedback.objects"])
def test_a_queryset_or_manager_is_read_row_by_row(api: Any, kind: str, value: str) -> None:
    from project.feedback.models import Feedback

    Feedback.objects.create(text="hello")
    served = api(
        {
            "a.py": f"""
                import msgspec
                from project.feedback.models import Feedback
                class Out(msgspec.Struct):
                    text: str
                {kind} GET() -> list[Out]: return {value}
            """
        }
    )
    assert served.get("/api/a").json() == [{"text": "hello"}]


TEXTS = """
    from typing import Literal
    import msgspec
    class Form(msgspec.Struct):
        title: str
        tags: list[int] = []
    def POST(body: Form, req):
        files = {name: file.read().decode() for name, file in req.files.items()}
        return [body.title, body.tags, files]
    def PUT(body: Literal["on", "off"]): return body
    def PATCH(body: bytes | None): return len(body)
    def DELETE(body: dict[str, list[int]]): return body
"""


def test_a_form_fills_a_type_and_its_files_stand_beside(api: Any) -> None:
    served = api({"a.py": TEXTS})
    fields = {"title": "x", "tags": ["1", "2"], "file": SimpleUploadedFile("n.txt", b"content")}
    sent = {"data": encode_multipart(BOUNDARY, fields), "content_type": MULTIPART_CONTENT}
    assert served.post("/api/a", **sent).json() == ["x", [1, 2], {"file": "content"}]
    wrong = {**fields, "tags": ["1", "x", "y"], "title": SimpleUploadedFile("n.txt", b"x")}
    sent = {"data": encode_multipart(BOUNDARY, wrong), "content_type": MULTIPART_CONTENT}
    refused = served.post("/api/a", **sent).json()["errors"]
    assert {fault["pointer"] for fault in refused} == {"/title", "/tags/1", "/tags/2"}
    assert served.delete("/api/a", data="a=1&a=2&b=3", content_type=FORM).json() == {
        "a": [1, 2],
        "b": [3],
    }


def test_text_and_bytes_are_taken_as_what_they_are(api: Any) -> None:
    served = api({"a.py": TEXTS})
    plain = {"content_type": "text/plain"}
    assert served.put("/api/a", data="on", **plain).json() == "on"
    [fault] = served.put("/api/a", data="of", **plain).json()["errors"]
    assert fault == {"pointer": "", "message": "This must be one of 'off', 'on'.", "kind": "value"}
    assert served.put("/api/a", data=b"on", content_type="image/png").status_code == 415
    assert served.patch("/api/a", data=b"aGVsbG8=", content_type="image/png").json() == 8
    assert served.patch("/api/a", data="aGVsbG8=", **plain).status_code == 415
    assert served.patch("/api/a", json="aGVsbG8=").json() == 5


def test_a_body_of_a_declared_type_is_read_by_the_rules_of_any_other(api: Any) -> None:
    served = api({"a.py": BODY})
    sent = {"data": b'{"name": "x", "age": 5}', "content_type": "application/json"}
    assert served.post("/api/a", **sent).status_code == 200
    assert served.post("/api/a", **sent, headers={"Content-Encoding": "gzip"}).status_code == 415
    assert (
        served.post("/api/a", **sent, headers={"Content-Encoding": "Identity"}).status_code == 200
    )
