"""Exceptions rise through ``next()``, for every mix of sync and async."""

from __future__ import annotations

from typing import Any

import pytest

PLAIN = "DEF middleware(req, res, next): return AWAIT next()\n"


def test_an_exception_rises_through_every_next_as_itself(serve: Any) -> None:
    noting = """
        from ._seen import seen
        DEF middleware(req, res, next):
            try:
                return AWAIT next()
            except KeyError as error:
                seen.append(["{name}", type(error).__name__, error.args[0]])
                raise
            finally:
                seen.append("{name} finally")
    """
    served = serve(
        noting.format(name="folder"),
        noting.format(name="file"),
        """
        DEF GET(): raise KeyError("k")
        DEF POST(): return seen
        """,
    )
    assert served.get("/api/a").status_code == 500
    assert served.post("/api/a").json()[:4] == [
        ["file", "KeyError", "k"],
        "file finally",
        ["folder", "KeyError", "k"],
        "folder finally",
    ]


@pytest.mark.parametrize(
    "answer", ["res.status(409).json('caught')", "return res.status(409).json('caught')"]
)
@pytest.mark.parametrize("raised", ["LookupError()", "HttpError(404)", "Http404()"])
def test_a_middleware_may_answer_an_exception(serve: Any, answer: str, raised: str) -> None:
    served = serve(
        f"""
        DEF middleware(req, res, next):
            try:
                AWAIT next()
            except Exception:
                {answer}
        """,
        PLAIN,
        f"""
        from django.http import Http404
        from fileapi import HttpError
        DEF GET(res):
            res.json("before the exception")
            raise {raised}
        """,
    )
    response = served.get("/api/a")
    assert (response.status_code, response.json()) == (409, "caught")


def test_an_exception_that_is_swallowed_without_an_answer_is_a_bug(
    serve: Any, errors_logged: Any
) -> None:
    served = serve(
        """
        import contextlib
        DEF middleware(req, res, next):
            with contextlib.suppress(LookupError):
                AWAIT next()
        """,
        PLAIN,
        "DEF GET(res):\n    res.json(1)\n    raise LookupError",
    )
    assert served.get("/api/a").status_code == 500
    assert "_middleware.py: middleware neither called next() nor answered." in errors_logged()[0]


def test_an_exception_raised_after_next_takes_the_answer_back(serve: Any) -> None:
    served = serve(
        PLAIN,
        """
        from fileapi import HttpError
        DEF middleware(req, res, next):
            AWAIT next()
            raise HttpError(402, "too late")
        """,
        "DEF GET(): return 'secret'",
    )
    response = served.get("/api/a")
    assert (response.status_code, response.json()["detail"]) == (402, "too late")
    assert b"secret" not in response.content
