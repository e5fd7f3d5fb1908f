"""Which answers an operation is said to give: those it can, and no others."""

from __future__ import annotations

from typing import Any

import pytest

BODY = ["400", "403", "411", "413", "415"]  # of any unsafe method that reads one
AUTH = "from rest_framework.authentication import BasicAuthentication, SessionAuthentication\n"
SEARCH = "import msgspec\nclass Search(msgspec.Struct):\n    q: str = ''\n"


def answers(document: Any, text: str, file: str = "a.py", method: str = "get") -> list[str]:
    [item] = document({file: text})["paths"].values()
    found = list(item[method]["responses"])
    assert found.pop() == "default"
    return found


@pytest.mark.parametrize(
    ("lines", "statuses"),
    [
        ("return 1", ["200"]),
        ("res.json(1)", ["200"]),
        ("res.status(202).json(1)", ["202"]),
        ("res.cache(60).status(202).json(1)", ["202"]),
        ("res.status(code=202).json(1)", ["202"]),
        ("from http import HTTPStatus; res.status(HTTPStatus.ACCEPTED).end()", ["202"]),
        ("if req.path:\n        return res.status(201).json(1)\n    return 1", ["200", "201"]),
        ("with open('x'):\n        res.status(201).end()", ["201"]),
        ("for n in req.path:\n        res.status(201)", ["200", "201"]),
        ("res.redirect('/x')", ["307"]),
        ("res.redirect('/x', 308)", ["308"]),
        ("res.redirect('/x', status=301)", ["301"]),
        ("raise HttpError(409, 'Taken.')", ["200", "409"]),
        ("raise fileapi.HttpError(status=410)", ["200", "410"]),
        ("raise Http404", ["200", "404"]),
        ("raise http.Http404('No.')", ["200", "404"]),
        ("return get_object_or_404(req, pk=1)", ["200", "404"]),
        ("raise PermissionDenied", ["200", "403"]),
        ("raise ValidationError({'a': 'b'})", ["200", "422"]),
        ("try: pass\n    except ValidationError: pass\n    return 1", ["200"]),
        ("req.limit('5/min', 1)", ["200", "429"]),
        ("res.file('x')", ["200", "416"]),
        ("res.stream([])", ["200", "503"]),
        ("res.sse([])", ["200", "503"]),
        ("def inner(): raise HttpError(418)\n    inner()", ["200", "418"]),
        ("other.status(201)", ["200"]),
        ("res.status(code)", ["200"]),
    ],
)
def test_a_handlers_own_lines_say_what_it_answers(
    document: Any, lines: str, statuses: list[str]
) -> None:
    assert answers(document, f"def GET(req, res):\n    {lines}") == statuses


def test_helpers_of_the_project_say_what_they_refuse_and_no_more(document: Any) -> None:
    files = {
        "a.py": """
            import json
            from contextlib import contextmanager
            from fileapi import HttpError
            from . import _shop
            from ._shop import taken
            @contextmanager
            def slot():
                if json: raise HttpError(503)
                yield
            def GET(res):
                with slot():
                    taken(json.loads("1"))
                    _shop.gone(res)
            def POST(): return 1
        """,
        "_shop.py": """
            from fileapi import HttpError
            def taken(name): raise HttpError(409)
            def gone(res):
                res.status(202)
                again()
            def again(): gone(None) or deeper()
            def deeper(): raise HttpError(410)
            def unused(): raise HttpError(418)
        """,
    }
    [item] = document(files)["paths"].values()
    assert list(item["get"]["responses"]) == ["200", "409", "410", "503", "default"]
    assert list(item["post"]["responses"]) == ["200", "403", "default"]


def test_a_function_is_found_wherever_it_is_written(document: Any) -> None:
    text = """
        from fileapi import HttpError
        def mark(function): return function
        if True:
            try: x
            except NameError:
                @mark
                async def GET(res): res.status(202).end()
        def made():
            def PUT(res): res.status(203).end()
            return PUT
        PUT = made()
        class Handlers:
            def get(res): res.status(205).end()
        PATCH = Handlers.get
        POST = lambda res: res.status(201).end()
    """
    [item] = document({"a.py": text})["paths"].values()
    assert {
        method: [status for status in operation["responses"] if status < "3"]
        for method, operation in item.items()
    } == {"get": ["202"], "put": ["203"], "patch": ["205"], "post": ["201"]}


def test_a_content_type_that_is_spelled_out_is_named(document: Any) -> None:
    text = """
        def GET(res) -> {}:
            if not res: return {{}}
            res.set_header("content-type", "text/csv; charset=utf-8").send("a,b")
    """
    for annotation, kinds in {
        "dict": ["application/json", "text/csv"],
        "None": ["*/*", "text/csv"],
    }.items():
        [item] = document({"a.py": text.format(annotation)})["paths"].values()
        assert list(item["get"]["responses"]["200"]["content"]) == kinds


def test_a_function_that_returns_nothing_answers_204(document: Any) -> None:
    assert answers(document, "def GET() -> None: pass") == ["204"]
    assert answers(document, "def GET(res) -> None: res.json(1)") == ["200"]


def test_an_answer_without_a_type_may_be_anything_and_some_have_no_body(document: Any) -> None:
    text = "def GET(req, res):\n    res.redirect('/')\n    return res.status(201).end()"
    [item] = document({"a.py": text, "_b.py": ""})["paths"].values()
    found = item["get"]["responses"]
    assert found["201"]["content"] == {"*/*": {"schema": {}}}
    assert "content" not in found["307"]


def test_what_no_source_can_be_read_of_answers_200(document: Any) -> None:
    assert answers(document, "exec('def GET(res): res.status(201).end()')") == ["200"]


def test_a_path_parameter_may_be_none_of_a_url(document: Any) -> None:
    assert answers(document, "def GET(id): return 1", "[id].py") == ["200", "404"]


def test_a_body_may_be_refused(document: Any) -> None:
    for text in ("def POST(body): return 1", "def POST(req): return req.body"):
        assert answers(document, text, method="post") == ["200", *BODY]
    typed = "def POST(body: dict[str, int]): return 1"
    assert answers(document, typed, method="post") == ["200", *BODY, "422"]
    assert answers(document, "def POST(): return 1", method="post") == ["200", "403"]
    assert answers(document, "def GET(req): return req.path") == ["200"]


def test_a_query_may_be_refused(document: Any) -> None:
    assert answers(document, "def GET(query): return 1") == ["200", "400"]
    assert answers(document, SEARCH + "def GET(query: Search): return 1") == ["200", "422"]


@pytest.mark.parametrize(
    ("config", "statuses"),
    [
        ("auth=None", ["200"]),
        ("auth=[SessionAuthentication]", ["200", "401"]),
        ("auth=[SessionAuthentication], permissions=None", ["200", "401"]),
        ("auth=[SessionAuthentication], permissions=[IsAdminUser]", ["200", "401", "403"]),
        ("auth=None, permissions=[IsAdminUser]", ["200", "403"]),
        ("rate='5/min'", ["200", "429"]),
        ("rate=Rate('5/min', when_down='closed')", ["200", "429", "503"]),
        ("rate=['5/min', Rate('9/h', per='user', when_down='closed')]", ["200", "429", "503"]),
    ],
)
def test_a_guard_may_refuse(document: Any, config: str, statuses: list[str]) -> None:
    lines = [
        "from fileapi import Config, Rate",
        "from rest_framework.authentication import SessionAuthentication",
        "from rest_framework.permissions import IsAdminUser",
        f"config = Config({config})",
        "def GET(): return 1",
    ]
    assert answers(document, "\n".join(lines)) == statuses


def test_the_middleware_of_a_route_may_refuse(document: Any) -> None:
    made = document(
        {
            "_middleware.py": """
                from fileapi import HttpError
                def middleware(req, res, next):
                    if not req.user.is_staff:
                        raise HttpError(418)
                    return next()
            """,
            "a.py": """
                from fileapi import HttpError
                def limit(req, res, next):
                    raise HttpError(499)
                class Odd:
                    __hash__ = None
                    def __call__(self, req, res, next): return next()
                middleware = [limit, Odd()]
                def GET(): return 1
            """,
            "b.py": "def GET(): return 1",
        }
    )
    assert list(made["paths"]["/api/a"]["get"]["responses"]) == ["200", "418", "499", "default"]
    assert list(made["paths"]["/api/b"]["get"]["responses"]) == ["200", "418", "default"]
    assert made["components"]["responses"]["499"]["description"] == "Error"  # has no name


def test_every_refusal_is_a_component_and_no_other_is(document: Any) -> None:
    made = document({"a.py": "def GET(): raise HttpError(409)", "[b].py": "def GET(): pass"})
    found = made["components"]["responses"]
    assert list(found) == ["404", "409", "Problem"]
    assert found["409"]["description"] == "Conflict"
    assert found["409"]["content"] == {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
    }


def test_a_refusal_names_its_headers(document: Any) -> None:
    text = "from fileapi import Config\nconfig = Config(auth=[BasicAuthentication], rate='5/min')\n"
    found = document({"a.py": AUTH + text + "def GET(): pass"})["components"]["responses"]
    assert list(found["401"]["headers"]) == ["WWW-Authenticate"]
    assert list(found["429"]["headers"]) == ["Retry-After"]


def test_a_handler_for_every_method_is_shown_with_those_that_mean_something(document: Any) -> None:
    [item] = document({"a.py": "def handler(req, res): res.json(req.body)"})["paths"].values()
    assert list(item) == ["get", "post", "put", "patch", "delete"]
    assert [name for name in item if "requestBody" in item[name]] == ["post", "put", "patch"]


def test_a_view_of_drf_is_shown_with_its_actions(document: Any) -> None:
    text = """
        from rest_framework.response import Response
        from rest_framework.viewsets import ViewSet
        class Books(ViewSet):
            '''Books of DRF.'''
            def list(self, request): return Response([])
            def create(self, request): return Response({}, status=201)
        handler = Books.as_view({"get": "list", "post": "create"})
    """
    [item] = document({"books.py": text})["paths"].values()
    assert list(item) == ["get", "post"]
    assert item["get"]["summary"] == "Books of DRF."
    assert list(item["get"]["responses"]) == ["2XX", "default"]
    assert "content" not in item["get"]["responses"]["default"]  # no problem of ours
    assert "requestBody" in item["post"]


def test_a_view_of_django_is_shown_with_its_methods(document: Any) -> None:
    text = """
        from django.http import HttpResponse
        from django.views import View
        class Page(View):
            def get(self, request): return HttpResponse()
            def delete(self, request): return HttpResponse()
        handler = Page.as_view()
    """
    [item] = document({"page.py": text})["paths"].values()
    assert list(item) == ["get", "delete"]
