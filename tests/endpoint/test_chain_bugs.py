"""What a middleware does wrong is a 500 that the log explains; a broken one lets nobody through."""

from __future__ import annotations

from typing import Any

import pytest

OK = "def GET(): return 'ok'"
ASYNC_OK = "async def GET(): return 'ok'"


@pytest.mark.parametrize("handler", [OK, ASYNC_OK])
@pytest.mark.parametrize(
    "text",
    [
        "def middleware(req, res, next):\n    next()\n    next()",
        "async def middleware(req, res, next):\n    await next()\n    await next()",
        "async def middleware(req, res, next):\n    n = next()\n    await n\n    await n",
    ],
)
def test_next_twice_is_a_bug(api: Any, errors_logged: Any, text: str, handler: str) -> None:
    served = api({"users/_middleware.py": text, "users/a.py": handler})
    assert served.get("/api/users/a").status_code == 500
    assert "users/_middleware.py: middleware called next() twice." in errors_logged()[0]


@pytest.mark.parametrize("handler", [OK, ASYNC_OK])
@pytest.mark.parametrize(
    "line", ["next()", "return next()", "forgotten = next()", "res.json(next)"]
)
def test_an_async_next_that_is_not_awaited_names_file_and_line(
    api: Any, errors_logged: Any, line: str, handler: str
) -> None:
    text = f"async def middleware(req, res, next):\n    x = 1\n    {line}"
    served = api({"_middleware.py": text, "a.py": handler})
    assert served.get("/api/a").status_code == 500
    if line != "res.json(next)":
        [logged] = errors_logged()
        assert f"{served.folder.tree().root}/_middleware.py:3: next() was not awaited." in logged
        assert "Write 'await next()'." in logged


def test_an_answer_does_not_hide_a_forgotten_await(api: Any, errors_logged: Any) -> None:
    text = "async def middleware(req, res, next):\n    next()\n    res.json('not the handler')"
    served = api({"_middleware.py": text, "a.py": OK})
    assert served.get("/api/a").status_code == 500
    assert "next() was not awaited" in errors_logged()[0]


@pytest.mark.parametrize("kind", ["def", "async def"])
@pytest.mark.parametrize("body", ["pass", "res.status(401)", "return None"])
def test_neither_next_nor_an_answer_is_a_bug(
    api: Any, errors_logged: Any, kind: str, body: str
) -> None:
    served = api({"_middleware.py": f"{kind} middleware(req, res, next): {body}", "a.py": OK})
    assert served.get("/api/a").status_code == 500
    assert "_middleware.py: middleware neither called next() nor answered." in errors_logged()[0]


@pytest.mark.parametrize("kind", ["def", "async def"])
@pytest.mark.parametrize(
    "body",
    [
        "res.json(1); res.json(2)",
        "res.json(1); return {'a': 1}",
        "AWAIT next(); res.json(1); res.json(2)",
        "AWAIT next(); res.json(1); return {'a': 1}",
    ],
)
def test_a_middleware_that_answers_twice_is_a_bug(
    api: Any, errors_logged: Any, kind: str, body: str
) -> None:
    body = body.replace("AWAIT ", "await " if kind == "async def" else "")
    served = api({"_middleware.py": f"{kind} middleware(req, res, next): {body}", "a.py": OK})
    assert served.get("/api/a").status_code == 500
    assert len(errors_logged()) == 1


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_an_awaitable_that_a_sync_middleware_returns_is_awaited(api: Any, kind: str) -> None:
    text = """
        async def later(res): return res.status(202).json("later")
        def middleware(req, res, next): return later(res)
    """
    response = api({"_middleware.py": text, "a.py": f"{kind} GET(): return 1"}).get("/api/a")
    assert (response.status_code, response.json()) == (202, "later")


@pytest.mark.parametrize("kind", ["def", "async def"])
@pytest.mark.parametrize("error", ["HttpError(409, 'no')", "RuntimeError('secret')"])
def test_headers_and_cookies_stay_on_the_answer_of_an_error_and_content_headers_go(
    api: Any, kind: str, error: str
) -> None:
    served = api(
        {
            "_middleware.py": """
                def middleware(req, res, next):
                    res.set_header("X-Seen", "1").set_cookie("seen", "yes")
                    return next()
            """,
            "a.py": f"""
                from fileapi import HttpError
                {kind} GET(res):
                    res.set_header("Content-Type", "text/csv").set_header("ETag", '"1"')
                    res.set_header("Content-Disposition", "attachment")
                    res.set_header("Cache-Control", "public").set_header("Vary", "Accept")
                    res.status(201).send("a;b")
                    raise {error}
            """,
        }
    )
    response = served.get("/api/a")
    assert response.status_code in (409, 500)
    assert response.cookies["seen"].value == "yes"
    kept = {name: value for name, value in response.headers.items() if name != "Content-Length"}
    always = (
        "Content-Security-Policy",
        "Referrer-Policy",
        "X-Content-Type-Options",
        "X-Frame-Options",
        "X-Request-ID",
    )
    assert {name: value for name, value in kept.items() if name not in always} == {
        "X-Seen": "1",
        "Vary": "Accept, origin",
        "Content-Type": "application/problem+json",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    assert b"secret" not in response.content


def test_middleware_runs_from_the_root_to_the_leaf_and_a_list_in_its_order(api: Any) -> None:
    def noting(name: str) -> str:
        return f"""
from written_seen import seen
def middleware(req, res, next):
    req.django.META.setdefault("seen", []).append({name!r})
    return next()
""".replace("from written_seen import seen\n", "")

    served = api(
        {
            "_middleware.py": noting("root"),
            "team/_middleware.py": noting("team"),
            "team/(inner)/_middleware.py": noting("group"),
            "team/(inner)/[id]/_middleware.py": noting("id"),
            "team/(inner)/[id]/a.py": """
                def noting(name):
                    def middleware(req, res, next):
                        req.META["seen"].append(name)
                        return next()
                    return middleware
                middleware = [noting("first"), noting("second")]
                def GET(req): return req.META["seen"]
            """,
            "team/(other)/_middleware.py": noting("other group"),
            "team/(other)/b.py": "def GET(req): return req.META['seen']",
            "c.py": "def GET(req): return req.META['seen']",
        }
    )
    assert served.get("/api/team/5/a").json() == ["root", "team", "group", "id", "first", "second"]
    assert served.get("/api/team/b").json() == ["root", "team", "other group"]
    assert served.get("/api/c").json() == ["root"]


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_middleware_runs_once_a_request_and_not_for_405_or_404(api: Any, kind: str) -> None:
    await_ = "await " if kind == "async def" else ""
    served = api(
        {
            "_seen.py": "seen = []",
            "_middleware.py": f"""
                from ._seen import seen
                {kind} middleware(req, res, next):
                    seen.append(req.method)
                    return {await_}next()
            """,
            "a.py": "from ._seen import seen\ndef GET(): return seen",
        }
    )
    assert served.post("/api/a").status_code == 405
    assert served.get("/api/b").status_code == 404
    assert served.head("/api/a").status_code == 200
    assert served.get("/api/a").json() == ["HEAD", "GET"]


def test_other_exceptions_than_errors_rise_too(api: Any) -> None:
    served = api(
        {
            "_middleware.py": """
                def middleware(req, res, next):
                    try:
                        return next()
                    except BaseException as error:
                        return res.status(503).json(type(error).__name__)
            """,
            "a.py": "def GET(): raise GeneratorExit",
        }
    )
    response = served.get("/api/a")
    assert (response.status_code, response.json()) == (503, "GeneratorExit")


BROKEN = ["def middleware(:", "1 / 0", "import sys; sys.exit()", "X = 1", "middleware = 5", ""]


@pytest.mark.parametrize("loading", ["lazy", "eager"])
@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_middleware_file_closes_every_route_below_it_and_no_other(
    api: Any, loading: str, text: str
) -> None:
    served = api(
        {
            "admin/_middleware.py": text,
            "admin/a.py": "def handler(res): res.json('let in')",
            "admin/deep/er/[id].py": "def handler(res): res.json('let in')",
            "admin/(group)/g.py": "def handler(res): res.json('let in')",
            "b.py": OK,
        }
    )
    for url in ("/api/admin/a", "/api/admin/deep/er/1", "/api/admin/g"):
        for method in ("GET", "POST", "DELETE", "HEAD"):
            assert served.request(method, url).status_code == 500
        assert b"let in" not in served.get(url).content
    assert served.get("/api/b").json() == "ok"
