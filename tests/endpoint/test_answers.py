"""What a handler may return, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest

JSON = "application/json"

VALUES = [
    # what is returned, as JSON
    ("{'a': 1}", b'{"a":1}'),
    ("{}", b"{}"),
    ("[1, 'two', None]", b'[1,"two",null]'),
    ("[]", b"[]"),
    ("'text'", b'"text"'),
    ("''", b'""'),
    ("0", b"0"),
    ("1.5", b"1.5"),
    ("True", b"true"),
    ("False", b"false"),
    ("(1, 2)", b"[1,2]"),
    ("{3}", b"[3]"),
    ("float('nan')", b"null"),
    ("[float('inf'), -float('inf')]", b"[null,null]"),
    ("Decimal('1.10')", b'"1.10"'),
    ("UUID(int=1)", b'"00000000-0000-0000-0000-000000000001"'),
    ("date(2026, 1, 2)", b'"2026-01-02"'),
    ("datetime(2026, 1, 2, tzinfo=timezone.utc)", b'"2026-01-02T00:00:00Z"'),
    ("Color.RED", b'"red"'),
    ("Named('x')", b'{"name":"x"}'),
    ("Placed(1, y=2)", b'{"x":1,"y":2}'),
    ("gettext_lazy('text')", b'"text"'),
    ("SafeString('<b>')", b'"<b>"'),
    ("{'when': date(2026, 1, 2)}", b'{"when":"2026-01-02"}'),
    ("{1: 'one'}", b'{"1":"one"}'),
]

IMPORTS = """
from dataclasses import dataclass
from datetime import date, datetime, timezone
from decimal import Decimal
from enum import Enum
from uuid import UUID
import msgspec
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

class Color(Enum):
    RED = "red"

class Named(msgspec.Struct):
    name: str

@dataclass
class Placed:
    x: int
    y: int
"""


@pytest.mark.parametrize("kind", ["def", "async def"])
@pytest.mark.parametrize(("value", "body"), VALUES)
def test_a_returned_value_becomes_json(api: Any, kind: str, value: str, body: bytes) -> None:
    response = api({"a.py": f"{IMPORTS}\n{kind} GET():\n    return {value}"}).get("/api/a")
    assert (response.status_code, response.headers["Content-Type"]) == (200, JSON)
    assert response.content == body
    assert response.headers["Content-Length"] == str(len(body))


def test_a_returned_value_goes_with_the_status_and_headers_on_res(api: Any) -> None:
    served = api(
        {
            "a.py": """
                def POST(res):
                    res.status(201).set_header("X-A", "1").set_cookie("c", "2")
                    return {"id": 7}
            """
        }
    )
    response = served.post("/api/a")
    assert (response.status_code, response.json()) == (201, {"id": 7})
    assert (response.headers["X-A"], response.cookies["c"].value) == ("1", "2")


@pytest.mark.parametrize("kind", ["def", "async def"])
@pytest.mark.parametrize("last", ["res.json(1)", "return res.json(1)", "res.json(1); return None"])
def test_an_answer_on_res_is_accepted_with_and_without_return(
    api: Any, kind: str, last: str
) -> None:
    response = api({"a.py": f"{kind} GET(res):\n    {last}"}).get("/api/a")
    assert (response.status_code, response.content) == (200, b"1")


@pytest.mark.parametrize("kind", ["def", "async def"])
@pytest.mark.parametrize("arguments", ["", "req", "query"])
def test_a_function_annotated_none_that_takes_no_res_answers_204(
    api: Any, kind: str, arguments: str
) -> None:
    for first in ("", "from __future__ import annotations\n"):
        response = api({"a.py": f"{first}{kind} GET({arguments}) -> None: pass"}).get("/api/a")
        assert (response.status_code, response.content) == (204, b"")
        assert "Content-Type" not in response.headers


@pytest.mark.parametrize("kind", ["def", "async def"])
@pytest.mark.parametrize(
    ("signature", "body", "words"),
    [
        ("GET()", "pass", "a.py: GET neither answered nor returned."),
        ("GET(res)", "res.status(201)", "a.py: GET neither answered nor returned."),
        ("GET(res) -> None", "pass", "a.py: GET neither answered nor returned."),
        ("GET() -> dict", "pass", "a.py: GET neither answered nor returned."),
        ("handler(req, res)", "pass", "a.py: handler neither answered nor returned."),
        ("GET(res)", "return res", "a.py: GET returned res without an answer."),
        ("GET(res)", "res.json(1); res.json(2)", "answered twice"),
        ("GET(res)", "res.json(1); res.redirect('/x')", "answered twice"),
        ("GET(res)", "res.end(); res.end()", "answered twice"),
        ("GET(res)", "res.send('x').send('y')", "answered twice"),
        ("GET(res)", "res.json(1); return {}", "a.py: GET answered on res and returned dict"),
        ("GET(res)", "res.json(1); return 0", "a.py: GET answered on res and returned int"),
        ("GET(res)", "res.end(); return ''", "a.py: GET answered on res and returned str"),
    ],
)
def test_a_handler_without_one_answer_is_a_bug_that_the_log_names(
    api: Any, errors_logged: Any, kind: str, signature: str, body: str, words: str
) -> None:
    response = api({"a.py": f"{kind} {signature}:\n    {body}"}).get("/api/a")
    assert (response.status_code, response.json()) == (
        500,
        {"type": "about:blank", "title": "Internal Server Error", "status": 500},
    )
    [line] = errors_logged()
    assert line.startswith("Internal Server Error: /api/a: in a.py: ")
    assert words in line


@pytest.mark.parametrize("kind", ["def", "async def"])
@pytest.mark.parametrize(
    ("signature", "value", "words"),
    [
        ("GET()", "object()", "object has no rule for JSON. Return str"),
        ("GET()", "{'a': [object()]}", "object has no rule for JSON. Return str"),
        ("GET()", "User(email='a@b.example')", "User has no rule for JSON. Declare the answer's"),
        ("GET()", "User.objects.all()", "QuerySet has no rule for JSON. Declare the answer's"),
        ("GET()", "User.objects", "UserManager has no rule for JSON. Declare the answer's"),
        ("GET() -> dict[str, int]", "{'a': 'x'}", "a.py: GET returned what is no dict[str, int]: "),
        ("GET() -> list[int]", "5", "a.py: GET returned what is no list[int]: "),
    ],
)
def test_a_value_without_a_rule_is_a_bug_that_the_traceback_explains(
    api: Any,
    caplog: pytest.LogCaptureFixture,
    errors_logged: Any,
    kind: str,
    signature: str,
    value: str,
    words: str,
) -> None:
    text = f"from project.accounts.models import User\n{kind} {signature}:\n    return {value}"
    response = api({"a.py": text}).get("/api/a")
    assert (response.status_code, response.json()) == (
        500,
        {"type": "about:blank", "title": "Internal Server Error", "status": 500},
    )
    [line] = errors_logged()
    assert line.startswith("Internal Server Error: /api/a: in a.py: ")
    assert words in caplog.text
    assert "a@b.example" not in caplog.text
