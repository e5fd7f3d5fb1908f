"""A file that cannot be imported answers 500 for its own URL, and says why in the log."""

from __future__ import annotations

import traceback
from typing import Any

import pytest

from fileapi.endpoint.module import RouteError

GOOD = "def GET(): return 'good'"

BROKEN = {
    "syntax.py": "def GET(:",
    "import_error.py": "import no_such_module_anywhere",
    "name_error.py": "x = 1\nundefined_name",
    "exits.py": "import sys\nsys.exit()",
    "exits_3.py": "raise SystemExit(3)",
    "base.py": "class Odd(BaseException): pass\nraise Odd('odd')",
    "generator_exit.py": "raise GeneratorExit",
    "null.py": "x = '\0'",
    "latin.py": "# coding: no-such-codec",
    "deep.py": "def f(): f()\nf()",
}


@pytest.fixture(params=["lazy", "eager"])
def loading(request: pytest.FixtureRequest) -> str:
    """Whether a file is imported by its first request, or before it."""
    return str(request.param)


@pytest.mark.parametrize("file", BROKEN)
def test_a_broken_file_takes_nothing_else_down(api: Any, file: str) -> None:
    served = api({file: BROKEN[file], "good.py": GOOD})
    url = "/api/" + file.removesuffix(".py")
    for _ in range(2):
        response = served.get(url)
        assert (response.status_code, response.json()) == (
            500,
            {"type": "about:blank", "title": "Internal Server Error", "status": 500},
        )
        assert served.get("/api/good").json() == "good"
    assert served.post(url).status_code == 500


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("syntax.py", "'syntax.py:1' cannot be imported: SyntaxError: "),
        (
            "import_error.py",
            "'import_error.py:1' cannot be imported: ModuleNotFoundError: "
            "No module named 'no_such_module_anywhere'",
        ),
        ("name_error.py", "'name_error.py:2' cannot be imported: NameError: name 'undefined_name'"),
        ("exits.py", "'exits.py:2' cannot be imported: SystemExit: "),
        ("exits_3.py", "'exits_3.py:1' cannot be imported: SystemExit: 3"),
        ("base.py", "'base.py:2' cannot be imported: Odd: odd"),
        ("deep.py", "'deep.py:1' cannot be imported: RecursionError: "),
    ],
)
def test_the_problem_names_file_line_and_fault(problem_of: Any, file: str, text: str) -> None:
    problem = problem_of({file: BROKEN[file]})
    assert problem.id == "E020"
    assert problem.message.startswith(text)
    assert problem.hint == "Mend the file; until then its URL answers 500."
    assert problem.files == (file,)


def test_a_fault_in_a_helper_shows_the_line_that_imports_it(problem_of: Any) -> None:
    problem = problem_of({"_helper.py": "\n\n1 / 0", "a.py": "import json\nfrom . import _helper"})
    assert problem.message == "'a.py:2' cannot be imported: ZeroDivisionError: division by zero."


def test_a_failed_import_is_not_tried_again_on_the_next_request(api: Any) -> None:
    served = api(
        {
            "_runs.py": "runs = []",
            "broken.py": "from ._runs import runs\nruns.append(1)\n1 / 0",
            "runs.py": "from ._runs import runs\ndef GET(): return len(runs)",
        }
    )
    assert [served.get("/api/broken").status_code for _ in range(3)] == [500, 500, 500]
    assert served.get("/api/runs").json() == 1


def test_the_log_holds_the_problem_and_the_traceback(
    api: Any, caplog: pytest.LogCaptureFixture, errors_logged: Any
) -> None:
    served = api({"a/[id].py": "\n1 / 0"})
    served.get("/api/a/5")
    [line] = errors_logged()
    assert line.startswith(
        "Internal Server Error: /api/a/5: in a/[id].py: (fileapi.E020) "
        "'a/[id].py:2' cannot be imported: ZeroDivisionError: division by zero."
    )
    [logged] = tracebacks(caplog)
    assert 'a/[id].py", line 2, in <module>' in logged


@pytest.mark.parametrize("text", ["1 / 0", "import sys; sys.exit(1)", "def get(): ..."])
def test_the_traceback_of_a_kept_failure_does_not_grow(
    api: Any, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    served = api({"broken.py": text})
    for _ in range(20):
        served.get("/api/broken")
    logged = tracebacks(caplog)
    assert len(logged) == 20
    # The first one may have been raised deeper, where the file was imported.
    assert len({text.count("\n") for text in logged[1:]}) == 1
    assert logged[0].count("\n") >= logged[-1].count("\n")


def test_a_kept_failure_that_is_let_out_does_not_grow_either(api: Any, settings: Any) -> None:
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True
    served = api({"broken.py": "1 / 0"})
    lengths = []
    for _ in range(5):
        with pytest.raises(RouteError) as caught:
            served.get("/api/broken")
        lengths.append(len("".join(traceback.format_exception(caught.value))))
    assert len(set(lengths[1:])) == 1


def tracebacks(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        record.exc_text or ""
        for record in caplog.records
        if record.name == "django.request" and record.levelname == "ERROR"
    ]
