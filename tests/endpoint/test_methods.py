"""Which function answers which method, and what the other methods are told."""

from __future__ import annotations

from typing import Any

import pytest

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
BEYOND = ["TRACE", "CONNECT", "PROPFIND", "PURGE", "QUERY", "HANDLER", "__INIT__"]


def functions(*methods: str) -> dict[str, str]:
    return {"route.py": "\n".join(f"def {name}(): return {name!r}" for name in methods)}


@pytest.mark.parametrize(
    ("defined", "allow"),
    [
        (["GET"], "GET, HEAD, OPTIONS"),
        (["POST"], "POST, OPTIONS"),
        (["HEAD"], "HEAD, OPTIONS"),
        (["OPTIONS"], "OPTIONS"),
        (["DELETE", "PATCH", "PUT", "POST"], "POST, PUT, PATCH, DELETE, OPTIONS"),
        (["OPTIONS", "DELETE", "GET"], "GET, HEAD, DELETE, OPTIONS"),
        (METHODS[::-1], "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
    ],
)
def test_allow_lists_what_is_there_in_one_order(api: Any, defined: list[str], allow: str) -> None:
    served = api(functions(*defined))
    for method in METHODS:
        response = served.request(method, "/api/route")
        if method in defined or (method == "HEAD" and "GET" in defined):
            assert response.status_code == 200
        elif method == "OPTIONS":
            assert (response.status_code, response.content) == (204, b"")
            assert response.headers["Allow"] == allow
        else:
            assert response.status_code == 405
            assert response.headers["Allow"] == allow


def test_405_is_a_problem_document(api: Any) -> None:
    response = api(functions("GET", "POST")).delete("/api/route")
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Method Not Allowed",
        "status": 405,
        "detail": "Allowed: GET, HEAD, POST, OPTIONS.",
    }


@pytest.mark.parametrize("method", BEYOND)
@pytest.mark.parametrize(
    ("files", "allow"),
    [
        (functions("GET"), "GET, HEAD, OPTIONS"),
        (
            {"route.py": "def handler(res): res.json(1)\ndef propfind(): return 1"},
            "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
        ),
        (
            {"route.py": "async def handler(res): res.json(1)"},
            "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
        ),
    ],
)
def test_a_method_beyond_the_seven_is_405_for_every_route(
    api: Any, method: str, files: dict[str, str], allow: str
) -> None:
    response = api(files).request(method, "/api/route")
    assert (response.status_code, response.headers["Allow"]) == (405, allow)


def test_a_method_beyond_the_seven_on_an_unknown_url_is_404(api: Any) -> None:
    response = api(functions("GET")).request("PROPFIND", "/api/nothing")
    assert (response.status_code, response.headers.get("Allow")) == (404, None)


def test_405_comes_before_the_guards(api: Any) -> None:
    headers = {"cookie": "a=b", "origin": "https://elsewhere.example"}
    served = api(functions("GET", "POST"))
    assert served.post("/api/route", headers=headers).status_code == 403
    assert served.delete("/api/route", headers=headers).status_code == 405
    assert served.request("PURGE", "/api/route", headers=headers).status_code == 405


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", ["def", "async def"])
def test_every_one_of_the_seven_methods_reaches_handler(api: Any, method: str, kind: str) -> None:
    served = api(
        {"route.py": f"{kind} handler(req, res): res.set_header('X-Method', req.method).end()"}
    )
    assert served.request(method, "/api/route").headers["X-Method"] == method


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_head_answers_as_get_does_without_the_body(api: Any, kind: str) -> None:
    served = api(
        {"route.py": f"{kind} GET(req, res): res.set_header('X-Saw', req.method).json([1, 2])"}
    )
    got, head = served.get("/api/route"), served.head("/api/route")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == got.headers["Content-Length"] == "5"
    assert head.headers["ETag"] == got.headers["ETag"]
    assert head.headers["Content-Type"] == "application/json"
    assert head.headers["X-Saw"] == "HEAD"


def test_a_head_function_is_preferred_over_get(api: Any) -> None:
    served = api(
        {
            "route.py": """
                def GET(res): res.set_header("X-Ran", "GET").end()
                def HEAD(res): res.set_header("X-Ran", "HEAD").end()
            """
        }
    )
    assert served.head("/api/route").headers["X-Ran"] == "HEAD"


def test_an_automatic_options_runs_no_handler_and_no_middleware(api: Any) -> None:
    served = api(
        {
            "_middleware.py": "def middleware(req, res, next): raise RuntimeError",
            "route.py": "def GET(): raise RuntimeError",
        }
    )
    response = served.options("/api/route")
    assert (response.status_code, response.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    "options",
    [
        {"headers": {"X-HTTP-Method-Override": "DELETE"}},
        {"headers": {"X-Method-Override": "DELETE"}},
        {"data": "_method=DELETE", "content_type": "application/x-www-form-urlencoded"},
        {"query_params": {"_method": "DELETE"}},
    ],
)
def test_nothing_but_the_method_line_says_the_method(api: Any, options: dict[str, Any]) -> None:
    served = api(functions("POST", "DELETE"))
    assert served.post("/api/route", **options).json() == "POST"


def test_sync_and_async_functions_stand_side_by_side(api: Any) -> None:
    served = api({"route.py": "def GET(): return 'sync'\nasync def POST(): return 'async'"})
    assert (served.get("/api/route").json(), served.post("/api/route").json()) == (
        "sync",
        "async",
    )


def test_a_sync_function_beside_an_async_one_may_block_and_use_the_orm(api: Any) -> None:
    served = api(
        {
            "route.py": """
                import asyncio

                def GET():
                    try:
                        asyncio.get_running_loop()
                    except RuntimeError:
                        return "in a thread"
                    return "in the loop"

                async def POST():
                    return "async"
            """
        }
    )
    assert served.get("/api/route").json() == "in a thread"
