"""What a route file, or a ``_middleware.py``, may hold, and what each slip is told."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    "text",
    [
        "def handler(req, res): res.end()",
        "async def handler(req, res): res.end()",
        "def GET(): return 1",
        "handler = lambda req, res: res.end()",
        "def GET(): return 1\ndef POST(): return 1\nasync def DELETE(): return 1",
        "LIMIT = 5\nclass Out: pass\ndef helper(): ...\ndef GET(): return LIMIT",
        "def _get(): ...\ndef GET(): return 1",
        "from operator import attrgetter as get\ndef GET(): return 1",
        "from json import loads as post\ndef GET(): return 1",
        "get = {}.get\ndef GET(): return 1",
        "class Answer:\n    def __call__(self, req, res): res.end()\nhandler = Answer()",
        "from functools import partial\ndef f(n, res): res.json(n)\nhandler = partial(f, 1)",
        "handler = None\ndef GET(): return 1",
        "config = None\nmiddleware = []\ndef GET(): return 1",
    ],
)
def test_these_files_serve(problem_of: Any, text: str) -> None:
    assert problem_of({"route.py": text}) is None


METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@pytest.mark.parametrize("method", METHODS)
def test_each_of_the_seven_methods_may_be_a_function(api: Any, method: str) -> None:
    served = api({"route.py": f"def {method}(res): res.set_header('X-Ran', '{method}').end()"})
    assert served.request(method, "/api/route").headers["X-Ran"] == method


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("spell", [str.lower, str.title])
def test_a_method_spelled_in_small_letters_is_told_the_right_name(
    problem_of: Any, method: str, spell: Any
) -> None:
    slip = spell(method)
    problem = problem_of({"route.py": f"def GET(): return 1\ndef {slip}(): ..."})
    assert (problem.id, problem.message, problem.hint, problem.files) == (
        "E023",
        f"'route.py' defines {slip!r}.",
        f"Name it {method}, or _{slip}.",
        ("route.py",),
    )


@pytest.mark.parametrize("slip", ["Handler", "HANDLER", "default"])
def test_a_slip_in_handler_is_told_the_right_name(problem_of: Any, slip: str) -> None:
    problem = problem_of({"route.py": f"def {slip}(req, res): ..."})
    assert (problem.id, problem.message, problem.hint) == (
        "E023",
        f"'route.py' defines {slip!r}.",
        f"Name it handler, or _{slip}.",
    )


def test_a_file_that_answers_nothing_is_told_what_to_define(problem_of: Any) -> None:
    problem = problem_of({"users/helpers.py": "X = 1"})
    assert (problem.id, problem.message) == ("E021", "'users/helpers.py' answers no request.")
    assert "handler(req, res)" in problem.hint
    assert "starts with '_'" in problem.hint


def test_an_empty_file_answers_nothing(problem_of: Any) -> None:
    assert problem_of({"route.py": ""}).id == "E021"


def test_handler_and_methods_exclude_each_other(problem_of: Any) -> None:
    problem = problem_of({"route.py": "def handler(res): ...\ndef POST(): ...\ndef GET(): ..."})
    assert (problem.id, problem.message) == ("E022", "'route.py' has 'handler' and GET, POST.")
    assert problem.hint.startswith("Keep either")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("handler = 5", "handler is 5, which is no function."),
        ("GET = 'text'", "GET is 'text', which is no function."),
        ("class POST: ...", "POST is <class '"),
        ("from django.views import View\nhandler = View", "handler is <class '"),
    ],
)
def test_what_is_no_function_is_refused(problem_of: Any, text: str, message: str) -> None:
    problem = problem_of({"route.py": text})
    assert problem.id == "E024"
    assert problem.message.startswith(f"'route.py' {message}")
    assert "handler = View.as_view()" in problem.hint


@pytest.mark.parametrize("value", ["{}", "5", "'x'", "dict(body_limit=1)"])
@pytest.mark.parametrize("file", ["route.py", "_middleware.py"])
def test_a_config_of_another_type_is_refused(problem_of: Any, file: str, value: str) -> None:
    texts = {"route.py": "def GET(): return 1", "_middleware.py": "def middleware(a, b, c): ..."}
    texts[file] += f"\nconfig = {value}"
    problem = problem_of(texts)
    assert problem.id == "E026"
    assert problem.files == (file,)
    assert problem.message == f"{file!r} config is {eval(value)!r}."
    assert problem.hint == "Write config = Config(...), from fileapi."


@pytest.mark.parametrize(
    "value",
    ["None", "5", "[5]", "[None]", "lambda req, res: None", "[lambda req: None]", "'text'"],
)
@pytest.mark.parametrize("file", ["route.py", "_middleware.py"])
def test_middleware_that_cannot_be_called_with_three_arguments_is_refused(
    problem_of: Any, file: str, value: str
) -> None:
    texts = {"route.py": "def GET(): return 1", "_middleware.py": "def middleware(a, b, c): ..."}
    texts[file] += f"\nmiddleware = {value}"
    problem = problem_of(texts)
    assert problem.id == "E027"
    assert problem.files == (file,)
    assert "cannot be called with (req, res, next)" in problem.message
    assert "middleware(req, res, next)" in problem.hint


@pytest.mark.parametrize("text", ["", "X = 1", "middleware = []", "def middelware(a, b, c): ..."])
def test_a_middleware_file_that_does_nothing_is_refused(problem_of: Any, text: str) -> None:
    problem = problem_of({"_middleware.py": text, "route.py": "def GET(): return 1"})
    assert (problem.id, problem.message, problem.files) == (
        "E027",
        "'_middleware.py' has neither 'middleware' nor 'config'.",
        ("_middleware.py",),
    )


@pytest.mark.parametrize(
    "text",
    [
        "def middleware(req, res, next): return next()",
        "async def middleware(req, res, next): return await next()",
        "middleware = [lambda req, res, next: next(), lambda *args: args[2]()]",
        "class M:\n    def __call__(self, req, res, next): return next()\nmiddleware = M()",
        "from fileapi import Config\nconfig = Config(body_limit=5)",
    ],
)
def test_these_middleware_files_serve(api: Any, text: str) -> None:
    served = api({"_middleware.py": text, "route.py": "def GET(): return 'ok'"})
    assert served.get("/api/route").json() == "ok"


def test_a_file_with_a_slip_answers_500_and_the_log_says_what_to_do(
    api: Any, errors_logged: Any
) -> None:
    served = api({"route.py": "def get(): return 1"})
    assert served.get("/api/route").status_code == 500
    [line] = errors_logged()
    assert "'route.py' defines 'get'." in line
    assert "Name it GET" in line
