"""Client text that meets an annotation, or is taken by name: data of one kind, in no time."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

STRICT = """
import msgspec
class Order(msgspec.Struct, forbid_unknown_fields=True):
    amount: int = 0
def POST(body: Order): return body
"""


@pytest.mark.parametrize(
    "text", [" - at `$", " - at `$\n", "[0].", "\n", "`", " - at `key in $", ".[", "\\"]
)
@pytest.mark.parametrize("where", ["key", "value"])
def test_c36_a_fault_quotes_a_megabyte_of_the_client_in_no_time(
    api: Any, text: str, where: str
) -> None:
    """The time doubles with the length, where it is linear; 64 KB show what is not."""
    long = (65_536 // len(text)) * text + "\n"
    body = json.dumps({long: 1} if where == "key" else {"amount": long})
    served = api({"order.py": STRICT})
    start = time.process_time()
    response = served.post("/api/order", data=body, content_type="application/json")
    assert response.status_code == 422
    assert time.process_time() - start < 1


def test_c36_a_fault_points_at_the_place_and_not_where_the_client_says(api: Any) -> None:
    served = api({"order.py": STRICT})
    response = served.post("/api/order", json={" - at `$.amount": 1})
    [fault] = response.json()["errors"]
    assert fault["pointer"] == "/ - at `$.amount"


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b'{"amount": 1}', 200),
        ("application/x-www-form-urlencoded", b"amount=1", 200),
        ("text/plain", b'{"amount": 1}', 415),
        ("application/octet-stream", b'{"amount": 1}', 415),
        ("text/xml", b"<amount>1</amount>", 415),
        ("", b'{"amount": 1}', 415),
    ],
)
def test_c22_c23_c38_a_declared_body_comes_as_json_or_a_form(
    api: Any, content_type: str, body: bytes, status: int
) -> None:
    response = api({"order.py": STRICT}).post("/api/order", data=body, content_type=content_type)
    assert response.status_code == status


@pytest.mark.parametrize("body", ["[]", "1", "null", '"x"', "true", '{"amount": [1]}'])
def test_c19_another_value_than_the_declared_one_is_422(api: Any, body: str) -> None:
    served = api({"order.py": STRICT})
    response = served.post("/api/order", data=body, content_type="application/json")
    assert response.status_code == 422


TAKEN = """
def GET(query):
    return {"one": query["a"], "get": query.get("a"), "all": query.getlist("a"), "as": query}
"""


@pytest.mark.parametrize(
    ("sent", "one", "all_of_them", "shown"),
    [
        ("a=1", "1", ["1"], {"a": "1"}),
        ("a=1&a=2", "2", ["1", "2"], {"a": ["1", "2"]}),
        ("a=1;b=2", "1;b=2", ["1;b=2"], {"a": "1;b=2"}),
        ("a=1&a[]=2", "1", ["1"], {"a": "1", "a[]": "2"}),
        ("a=1&a[b]=2&a.b=3", "1", ["1"], {"a": "1", "a[b]": "2", "a.b": "3"}),
        ("a", "", [""], {"a": ""}),
        ("a=1&A=2", "1", ["1"], {"a": "1", "A": "2"}),
    ],
)
def test_c30_c31_c32_a_name_of_the_query_is_one_text_and_brackets_are_literal(
    api: Any, sent: str, one: str, all_of_them: list[str], shown: dict[str, Any]
) -> None:
    response = api({"search.py": TAKEN}).get(f"/api/search?{sent}")
    assert response.json() == {"one": one, "get": one, "all": all_of_them, "as": shown}


def test_c30_c31_c32_a_form_follows_the_same_rules(api: Any) -> None:
    served = api({"form.py": "def POST(body): return {'one': body['a'], 'as': body}"})
    sent = "a=1;b=2&a=3&a[]=4"
    response = served.post("/api/form", data=sent, content_type="application/x-www-form-urlencoded")
    assert response.json() == {"one": "3", "as": {"a": ["1;b=2", "3"], "a[]": "4"}}
