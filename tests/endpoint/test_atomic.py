"""``ATOMIC_REQUESTS`` keeps its promise: an answer made of an exception commits nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from project.feedback.models import Feedback

pytestmark = pytest.mark.django_db(transaction=True)

STORE = """
    from django.db import connection, transaction
    from fileapi import HttpError
    from project.feedback.models import Feedback
"""


@pytest.fixture
def atomic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections.settings["default"], "ATOMIC_REQUESTS", True)


@pytest.fixture
def stored() -> Callable[[], int]:
    """Return a function that counts what the handlers of this module have committed."""
    return lambda: Feedback.objects.count()


def handler(*lines: str) -> dict[str, str]:
    body = "".join(f"\n        {line}" for line in ("Feedback.objects.create(text='x')", *lines))
    return {"a.py": f"{STORE}\n    def POST(res):{body}"}


@pytest.mark.usefixtures("atomic")
@pytest.mark.parametrize(
    ("lines", "status", "rows"),
    [
        (["return connection.in_atomic_block"], 200, 1),
        (["res.status(201).end()"], 201, 1),
        (["res.status(409).json('said by hand')"], 409, 1),
        (["raise HttpError(409)"], 409, 0),
        (["res.json(1)", "raise HttpError(422)"], 422, 0),
        (["raise RuntimeError"], 500, 0),
        (["pass"], 500, 0),
        (["return object()"], 500, 0),
        (["from django.http import Http404", "raise Http404"], 404, 0),
        (["res.json(1); res.json(2)"], 500, 0),
        (["transaction.set_rollback(True)", "res.end()"], 200, 0),
    ],
)
def test_what_a_refused_request_has_written_is_rolled_back(
    api: Any, stored: Any, lines: list[str], status: int, rows: int
) -> None:
    response = api(handler(*lines)).post("/api/a")
    assert (response.status_code, stored()) == (status, rows)
    if lines == ["return connection.in_atomic_block"]:
        assert response.json() is True


@pytest.mark.usefixtures("atomic")
def test_a_file_that_cannot_be_loaded_answers_500_inside_the_transaction_too(api: Any) -> None:
    assert api({"a.py": "1 / 0"}).post("/api/a").status_code == 500


@pytest.mark.usefixtures("atomic")
def test_middleware_is_inside_the_transaction(api: Any, stored: Any) -> None:
    files = handler("res.end()")
    files["_middleware.py"] = f"""{STORE}
    def middleware(req, res, next):
        assert connection.in_atomic_block
        next()
        raise HttpError(403)
    """
    assert api(files).post("/api/a").status_code == 403
    assert stored() == 0


@pytest.mark.usefixtures("atomic")
def test_an_exception_that_middleware_answers_commits(api: Any, stored: Any) -> None:
    files = handler("raise LookupError")
    files["_middleware.py"] = """
        def middleware(req, res, next):
            try:
                next()
            except LookupError:
                res.status(404).end()
    """
    assert api(files).post("/api/a").status_code == 404
    assert stored() == 1


def test_without_atomic_requests_nothing_is_rolled_back(api: Any, stored: Any) -> None:
    assert api(handler("raise HttpError(409)")).post("/api/a").status_code == 409
    assert stored() == 1


@pytest.mark.usefixtures("atomic")
@pytest.mark.parametrize(
    "decorator", ["@transaction.non_atomic_requests", "@transaction.non_atomic_requests('default')"]
)
def test_non_atomic_requests_frees_a_file(api: Any, stored: Any, decorator: str) -> None:
    text = f"""{STORE}
    {decorator}
    def POST():
        Feedback.objects.create(text="x")
        assert not connection.in_atomic_block
        raise HttpError(409)
    """
    assert api({"a.py": text}).post("/api/a").status_code == 409
    assert stored() == 1


@pytest.mark.usefixtures("atomic")
def test_non_atomic_requests_for_another_database_frees_nothing(api: Any, stored: Any) -> None:
    text = f"""{STORE}
    @transaction.non_atomic_requests("other")
    def POST():
        Feedback.objects.create(text="x")
        raise HttpError(409)
    """
    assert api({"a.py": text}).post("/api/a").status_code == 409
    assert stored() == 0


FREE = "from django.db.transaction import non_atomic_requests\n"


@pytest.mark.usefixtures("atomic")
@pytest.mark.parametrize(
    "text",
    [
        "async def GET(): return 1",
        "def GET(): return 1\nasync def POST(): return 1",
        "async def handler(res): res.end()",
        "async def middleware(req, res, next): return await next()\ndef GET(): return 1",
    ],
)
def test_an_async_part_under_atomic_requests_is_a_load_error(problem_of: Any, text: str) -> None:
    problem = problem_of({"a.py": text})
    assert (problem.id, problem.message, problem.hint) == (
        "E028",
        "'a.py' is async, and ATOMIC_REQUESTS is on for 'default'.",
        "Make it sync, or mark its functions with transaction.non_atomic_requests.",
    )


@pytest.mark.usefixtures("atomic")
def test_an_async_folder_middleware_under_atomic_requests_is_a_load_error(problem_of: Any) -> None:
    files = {
        "_middleware.py": "async def middleware(req, res, next): return await next()",
        "a.py": "def GET(): return 1",
    }
    assert problem_of(files).id == "E028"


@pytest.mark.usefixtures("atomic")
def test_an_async_function_that_is_marked_serves(api: Any) -> None:
    served = api({"a.py": f"{FREE}@non_atomic_requests\nasync def GET(): return 'ok'"})
    assert served.get("/api/a").json() == "ok"


def test_without_atomic_requests_async_functions_serve(problem_of: Any) -> None:
    assert problem_of({"a.py": "async def GET(): return 1"}) is None


@pytest.mark.parametrize(
    "second", ["def POST(): ...", "@non_atomic_requests('x')\ndef POST(): ..."]
)
def test_marks_that_differ_between_the_functions_of_a_file_are_a_load_error(
    problem_of: Any, second: str
) -> None:
    problem = problem_of({"a.py": f"{FREE}@non_atomic_requests\ndef GET(): ...\n{second}"})
    assert (problem.id, problem.message, problem.hint) == (
        "E028",
        "'a.py' has non_atomic_requests on some functions only.",
        "Mark all functions of the file, or none.",
    )


@pytest.mark.usefixtures("atomic")
def test_a_drf_view_rolls_back_as_drf_does(api: Any, stored: Any) -> None:
    text = f"""{STORE}
    from rest_framework.exceptions import APIException
    from rest_framework.views import APIView

    class Make(APIView):
        authentication_classes = permission_classes = []

        def post(self, request):
            Feedback.objects.create(text="x")
            raise APIException

    handler = Make.as_view()
    """
    assert api({"a.py": text}).post("/api/a").status_code == 500
    assert stored() == 0
