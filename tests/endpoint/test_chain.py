"""``(req, res, next)`` around a handler: the same for every mix of sync and async."""

from __future__ import annotations

from typing import Any

import pytest

PLAIN = "DEF middleware(req, res, next): return AWAIT next()\n"


def test_each_goes_in_root_to_leaf_and_out_leaf_to_root(serve: Any) -> None:
    noting = """
        from ._seen import seen
        DEF middleware(req, res, next):
            seen.append("{name} in")
            AWAIT next()
            seen.append("{name} out")
    """
    served = serve(
        noting.format(name="folder"),
        noting.format(name="file"),
        """
        DEF GET(res):
            seen.append("handler")
            return list(seen)
        """,
    )
    assert served.get("/api/a").json() == ["folder in", "file in", "handler"]
    assert served.get("/api/a").json()[3:5] == ["file out", "folder out"]


def test_next_returns_res_with_the_answer_on_it(serve: Any) -> None:
    served = serve(
        """
        DEF middleware(req, res, next):
            answer = AWAIT next()
            res.set_header("X-Same", str(answer is res))
            res.set_header("X-Status", str(answer.status_code))
            return answer
        """,
        PLAIN,
        "DEF POST(res): return res.status(201).json({})",
    )
    headers = served.post("/api/a").headers
    assert (headers["X-Same"], headers["X-Status"]) == ("True", "201")


@pytest.mark.parametrize(
    "last", ["AWAIT next()", "return AWAIT next()", "AWAIT next(); return res"]
)
def test_the_answer_is_kept_and_headers_may_be_added_after_next(serve: Any, last: str) -> None:
    served = serve(
        f"""
        DEF middleware(req, res, next):
            res.set_header("X-Before", "1")
            {last}
        """,
        """
        DEF middleware(req, res, next):
            AWAIT next()
            res.set_header("X-After", "2")
        """,
        "DEF GET(): return 'answer'",
    )
    response = served.get("/api/a")
    assert response.json() == "answer"
    assert (response.headers["X-Before"], response.headers["X-After"]) == ("1", "2")


@pytest.mark.parametrize(
    ("change", "status", "content"),
    [
        ("res.status(202)", 202, b'"inner"'),
        ("res.json('other')", 200, b'"other"'),
        ("return 'returned'", 200, b'"returned"'),
        ("return HttpResponse('django', status=203)", 203, b"django"),
    ],
)
def test_the_answer_may_be_changed_after_next(
    serve: Any, change: str, status: int, content: bytes
) -> None:
    served = serve(
        PLAIN,
        f"""
        from django.http import HttpResponse
        DEF middleware(req, res, next):
            AWAIT next()
            {change}
        """,
        "DEF GET(): return 'inner'",
    )
    response = served.get("/api/a")
    assert (response.status_code, response.content) == (status, content)


@pytest.mark.parametrize(
    ("answer", "status", "content"),
    [
        ("res.status(401).json('stop')", 401, b'"stop"'),
        ("return 'stop'", 200, b'"stop"'),
        ("return HttpResponse('stop', status=403)", 403, b"stop"),
    ],
)
@pytest.mark.parametrize("where", ["folder", "file"])
def test_without_next_the_chain_stops(
    serve: Any, where: str, answer: str, status: int, content: bytes
) -> None:
    stop = f"""
        from django.http import HttpResponse
        DEF middleware(req, res, next):
            {answer}
    """
    folder, file = (stop, PLAIN) if where == "folder" else (PLAIN, stop)
    response = serve(folder, file, "DEF GET(): raise RuntimeError('it ran')").get("/api/a")
    assert (response.status_code, response.content) == (status, content)


def test_context_variables_go_in_and_come_back(serve: Any) -> None:
    served = serve(
        """
        from ._seen import variable
        DEF middleware(req, res, next):
            variable.set("from the folder")
            AWAIT next()
            res.set_header("X-Seen", variable.get())
        """,
        PLAIN,
        """
        from ._seen import variable
        DEF GET():
            seen = variable.get()
            variable.set("from the handler")
            return seen
        """,
    )
    response = served.get("/api/a")
    assert (response.json(), response.headers["X-Seen"]) == ("from the folder", "from the handler")


def test_what_a_middleware_puts_on_req_reaches_the_handler(serve: Any) -> None:
    served = serve(
        """
        DEF middleware(req, res, next):
            req.tenant = "acme"
            req.user = "somebody"
            return AWAIT next()
        """,
        PLAIN,
        "DEF GET(req): return [req.tenant, req.user, req.django.user]",
    )
    assert served.get("/api/a").json() == ["acme", "somebody", "somebody"]
