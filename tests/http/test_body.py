"""The body, by its content type and nothing else, for every method."""

from __future__ import annotations

from typing import Any

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from fileapi.http.errors import HttpError
from fileapi.http.query import Query

FORM = "application/x-www-form-urlencoded"

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"]

PARSED = [
    # content type, body, value
    ("application/json", b'{"a": [1, null]}', {"a": [1, None]}),
    ("application/json", b" [1] ", [1]),
    ("application/json", b'"text"', "text"),
    ("application/json", b"null", None),
    ("application/json; charset=utf-8", b'"\xc3\xa4"', "ä"),
    ('application/json; charset="UTF-8"', b"1", 1),
    ("application/json; charset=utf8", b"1", 1),
    ("application/json; version=2", b"1", 1),
    ("APPLICATION/JSON", b"1", 1),
    ("application/merge-patch+json", b'{"a": 1}', {"a": 1}),
    ("application/problem+json; x=y", b"[]", []),
    ("text/plain", b"text", "text"),
    ("text/plain", b"", ""),
    ("text/plain; charset=latin-1", b"\xe4", "ä"),
    ("text/plain; charset=utf-16", "ä".encode("utf-16"), "ä"),
    ("text/csv", "ä;b".encode(), "ä;b"),
    ("text/html; charset=UTF-8", b"{}", "{}"),
    ("text/json", b"{}", "{}"),
    ("application/octet-stream", b"\x00\xff", b"\x00\xff"),
    ("application/octet-stream", b"", b""),
    ("image/png", b"\x89PNG", b"\x89PNG"),
    ("application/jsonp", b"{}", b"{}"),
    ("application/json-seq", b"{}", b"{}"),
    ("application/xml", b"<a/>", b"<a/>"),
    ("", b'{"never": "guessed"}', b'{"never": "guessed"}'),
    ("", b"a=1", b"a=1"),
    ("", b"", None),
    ("nonsense", b"x", b"x"),
]


@pytest.mark.parametrize(("content_type", "body", "value"), PARSED)
def test_the_content_type_says_what_the_body_is(
    sent: Any, content_type: str, body: bytes, value: Any
) -> None:
    found = sent(body, content_type).body
    assert (found, isinstance(found, dict)) == (value, isinstance(value, dict))


FORMS = [
    (b"a=1&b=2&b=3", {"a": "1", "b": ["2", "3"]}),
    (b"", {}),
    (b"a", {"a": ""}),
    (b"a=%C3%A4+b", {"a": "ä b"}),
    (b"a=1;b=2", {"a": "1;b=2"}),
]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("body", "value"), FORMS)
def test_a_form_is_parsed_for_every_method(sent: Any, method: str, body: bytes, value: Any) -> None:
    form = sent(body, FORM, method=method).body
    assert isinstance(form, Query)
    assert form.as_json() == value


@pytest.mark.parametrize("method", METHODS)
def test_a_multipart_form_is_parsed_for_every_method(sent: Any, method: str) -> None:
    data = encode_multipart(BOUNDARY, {"a": "ä", "b": ["2", "3"]})
    req = sent(data, MULTIPART_CONTENT, method=method)
    assert isinstance(req.body, Query)
    assert req.body.as_json() == {"a": "ä", "b": ["2", "3"]}
    assert req.raw_body == data


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_the_files_of_a_form_are_apart_from_its_fields(sent: Any, method: str) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("a.txt", b"content", content_type="text/plain")
    data = encode_multipart(BOUNDARY, {"a": "1", "file": file})
    req = sent(data, MULTIPART_CONTENT, method=method)
    upload = req.files["file"]
    assert (upload.name, upload.content_type, upload.read()) == ("a.txt", "text/plain", b"content")
    assert req.body.as_json() == {"a": "1"}
    assert dict(sent(b"{}", "application/json").files) == {}


def test_a_missing_field_of_a_form_is_the_clients_fault(sent: Any) -> None:
    with pytest.raises(HttpError) as caught:
        sent(b"a=1", FORM).body["name"]
    assert (caught.value.status, caught.value.detail) == (400, "The form has no 'name'.")


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp1252"])
def test_a_form_is_decoded_by_its_charset(sent: Any, encoding: str) -> None:
    req = sent(b"a=" + "ä".encode(encoding), f"{FORM}; charset={encoding}")
    assert req.body["a"] == "ä"


REFUSED = [
    # content type, body, status, detail
    ("application/json; charset=latin-1", b"{}", 415, "JSON is UTF-8: leave the charset out."),
    ("application/json; charset=utf-16", b"{}", 415, "JSON is UTF-8: leave the charset out."),
    ("application/json; charset=nonsense", b"", 415, "JSON is UTF-8: leave the charset out."),
    ("application/json; charset=", b"{}", 415, "JSON is UTF-8: leave the charset out."),
    ("application/json", b"", 400, "The body is not valid JSON: it is empty."),
    ("application/vnd.api+json", b"", 400, "The body is not valid JSON: it is empty."),
    ("application/json", b"\xff", 400, None),
    ("application/json", b'"\xff"', 400, "The body is not UTF-8."),
    ("application/json", b"\xef\xbb\xbf{}", 400, "The body starts with a byte-order mark."),
    ("application/json", "{}".encode("utf-16"), 400, None),
    ("text/plain", b"\xff", 400, "The body is not utf-8."),
    ("text/plain; charset=ascii", b"\xe4", 400, "The body is not ascii."),
    ("text/plain; charset=utf-16", b"\x00", 400, "The body is not utf-16."),
    ("text/plain; charset=nonsense", b"x", 415, "The charset is not known."),
    ("text/plain; charset=rot13", b"x", 415, "The charset is not known."),
    ("text/plain; charset=zlib", b"x", 415, "The charset is not known."),
    ("text/plain; charset=base64", b"x", 415, "The charset is not known."),
    ("text/plain; charset=idna", b"x", 415, "The charset is not known."),
    ("text/plain; charset=punycode", b"x", 415, "The charset is not known."),
    ("text/plain; charset=unicode_escape", b"\\x", 415, "The charset is not known."),
    (f"{FORM}; charset=nonsense", b"a=1", 415, "The charset is not known."),
    (f"{FORM}; charset=rot13", b"a=1", 415, "The charset is not known."),
]


@pytest.mark.parametrize(("content_type", "body", "status", "detail"), REFUSED)
def test_what_is_not_of_its_type_or_charset_is_refused(
    sent: Any, content_type: str, body: bytes, status: int, detail: str | None
) -> None:
    with pytest.raises(HttpError) as caught:
        sent(body, content_type).body  # noqa: B018
    assert caught.value.status == status
    if detail is not None:
        assert caught.value.detail == detail


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "x" * 300,
    ],
)
def test_a_malformed_multipart_form_is_400_or_415(api: Any, content_type: str) -> None:
    served = api({"a.py": "def POST(body): return body"})
    response = served.post("/api/a", data=b"--x\r\nbroken", content_type=content_type)
    assert response.status_code in (400, 415)
    assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("media_type", ["text/plain", FORM])
@pytest.mark.parametrize(
    ("charset", "body"),
    [("undefined", b"a=1"), ("raw_unicode_escape", b"a=\\udfff"), ("utf-7", b"a=+2AA-")],
)
def test_a_charset_cannot_make_text_that_no_answer_can_hold(
    api: Any, media_type: str, charset: str, body: bytes
) -> None:
    served = api({"a.py": "def POST(body): return body"})
    response = served.post("/api/a", data=body, content_type=f"{media_type}; charset={charset}")
    assert response.status_code in (400, 415)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_every_method_has_a_body(api: Any, method: str) -> None:
    served = api({"a.py": "def handler(req, res): res.json([req.method, req.body])"})
    assert served.request(method, "/api/a", json={"a": 1}).json() == [method, {"a": 1}]
    assert served.request(method, "/api/a", data=b"a=1", content_type=FORM).json() == [
        method,
        {"a": "1"},
    ]
    assert served.request(method, "/api/a").json()[0] == method


def test_a_missing_key_of_a_json_object_is_the_clients_fault(api: Any) -> None:
    served = api(
        {
            "a.py": """
                def POST(body): return body["name"]
                def PUT(body): return [body.get("name"), "name" in body]
                def PATCH(body):
                    try:
                        return body["name"]
                    except KeyError:
                        return "a KeyError in Python"
            """
        }
    )
    response = served.post("/api/a", json={})
    assert (response.status_code, response.json()["detail"]) == (400, "The body has no 'name'.")
    assert served.put("/api/a", json={}).json() == [None, False]
    assert served.patch("/api/a", json={}).json() == "a KeyError in Python"


@pytest.mark.parametrize("annotation", ["dict", "dict[str, str]", "Annotated[dict, 'any']"])
def test_a_missing_key_is_the_clients_fault_for_an_annotated_body_too(
    api: Any, annotation: str
) -> None:
    text = f"from typing import Annotated\ndef POST(body: {annotation}): return body['name']"
    assert api({"a.py": text}).post("/api/a", json={}).status_code == 400


def test_the_top_level_list_or_a_nested_object_is_the_handlers_business(api: Any) -> None:
    served = api({"a.py": "def POST(body): return body['a']['b']"})
    assert served.post("/api/a", json={"a": {}}).status_code == 500
