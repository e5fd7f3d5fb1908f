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
        ("GET() -> list[int]", "5", "a.py: GET returned int where a list is declared."),
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


AWAITABLES = {
    "coroutine": "async def later(): return 'done'\ndef GET(): return later()",
    "coroutine that answers": "async def f(res): res.json('done')\ndef GET(res): return f(res)",
    "coroutine that returns res": (
        "async def f(res): return res.json('done')\ndef GET(res): return f(res)"
    ),
    "awaitable object": (
        "class Later:\n    def __await__(self):\n        yield from ()\n        return 'done'\n"
        "def GET(): return Later()"
    ),
    "after a sleep": (
        "import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    return 'done'\n"
        "def GET(): return f()"
    ),
}


@pytest.mark.parametrize("text", AWAITABLES.values(), ids=AWAITABLES)
def test_an_awaitable_that_a_sync_function_returns_is_awaited(api: Any, text: str) -> None:
    assert api({"a.py": text}).get("/api/a").json() == "done"


def test_an_exception_of_an_awaitable_is_that_of_the_handler(api: Any) -> None:
    served = api(
        {
            "a.py": """
                from fileapi import HttpError
                async def later(): raise HttpError(409, "later")
                def GET(): return later()
            """
        }
    )
    assert (served.get("/api/a").status_code, served.get("/api/a").json()["detail"]) == (
        409,
        "later",
    )


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_a_django_response_is_passed_through(api: Any, kind: str) -> None:
    served = api(
        {
            "a.py": f"""
                from django.http import HttpResponse
                {kind} GET(res):
                    res.set_header("X-Res", "r").set_cookie("by_res", "1")
                    response = HttpResponse("<p>", status=418, headers={{"X-Own": "o"}})
                    response.set_cookie("own", "2")
                    return response
            """
        }
    )
    response = served.get("/api/a")
    assert (response.status_code, response.content) == (418, b"<p>")
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert (response.headers["X-Own"], response.headers["X-Res"]) == ("o", "r")
    assert {name: cookie.value for name, cookie in response.cookies.items()} == {
        "by_res": "1",
        "own": "2",
    }
    assert "ETag" not in response.headers


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_a_template_response_is_rendered(api: Any, settings: Any, tmp_path: Any, kind: str) -> None:
    (tmp_path / "page.html").write_text("<p>{{ name }}</p>")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [str(tmp_path)]}]
    served = api(
        {
            "a.py": f"""
                from django.template.response import TemplateResponse
                {kind} GET(req):
                    return TemplateResponse(req.django, "page.html", {{"name": "<Ada>"}})
            """
        }
    )
    response = served.get("/api/a")
    assert (response.status_code, response.content) == (200, b"<p>&lt;Ada&gt;</p>")


@pytest.mark.parametrize(
    ("annotation", "value"),
    [("HttpResponse", "HttpResponse('x')"), ("JsonResponse", "JsonResponse({})"), ("Any", "[1]")],
)
def test_a_return_annotation_may_name_django_responses(
    api: Any, annotation: str, value: str
) -> None:
    text = f"""
        from typing import Any
        from django.http import HttpResponse, JsonResponse
        def GET() -> {annotation}: return {value}
    """
    assert api({"a.py": text}).get("/api/a").status_code == 200
