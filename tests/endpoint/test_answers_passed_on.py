"""Awaitables that are awaited, and responses of Django that are passed through."""

from __future__ import annotations

from typing import Any

import pytest

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
