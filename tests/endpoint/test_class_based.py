"""Django and DRF views are served as they are, so that they can move in file by file."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

VIEW = """
    from django.http import JsonResponse
    from django.views import View

    class Users(View):
        def get(self, request, id):
            return JsonResponse({"id": id, "method": request.method, "kind": str(type(request))})

        def post(self, request, id):
            return JsonResponse(dict(request.POST.lists()), status=201)

    handler = Users.as_view()
"""

ASYNC_VIEW = """
    import asyncio
    from django.http import JsonResponse
    from django.views import View

    class Users(View):
        async def get(self, request, id):
            asyncio.get_running_loop()
            return JsonResponse({"id": id})

    handler = Users.as_view()
"""

VIEW_SET = """
    from rest_framework import serializers, viewsets
    from rest_framework.response import Response

    class Book(serializers.Serializer):
        title = serializers.CharField(max_length=5)

    class Books(viewsets.ViewSet):
        authentication_classes = []
        permission_classes = []

        def list(self, request):
            return Response([{"title": "x", "q": request.query_params.get("q")}])

        def create(self, request):
            book = Book(data=request.data)
            book.is_valid(raise_exception=True)
            return Response(book.data, status=201, headers={"X-Made": "yes"})

    handler = Books.as_view({"get": "list", "post": "create"})
"""


def test_a_django_view_gets_the_request_and_the_path_parameters(api: Any) -> None:
    served = api({"users/[id=int].py": VIEW})
    response = served.get("/api/users/42")
    assert response.status_code == 200
    data = response.json()
    assert (data["id"], data["method"]) == (42, "GET")
    assert data["kind"] in (
        "<class 'django.core.handlers.wsgi.WSGIRequest'>",
        "<class 'django.core.handlers.asgi.ASGIRequest'>",
    )
    posted = served.post(
        "/api/users/42", data="a=1&a=2", content_type="application/x-www-form-urlencoded"
    )
    assert (posted.status_code, posted.json()) == (201, {"a": ["1", "2"]})


def test_a_django_view_answers_other_methods_itself(api: Any) -> None:
    served = api({"users/[id=int].py": VIEW})
    refused = served.delete("/api/users/42")
    assert (refused.status_code, refused.content) == (405, b"")
    assert refused.headers["Allow"] == "GET, POST, HEAD, OPTIONS"
    options = served.options("/api/users/42")
    assert (options.status_code, options.headers["Allow"]) == (200, "GET, POST, HEAD, OPTIONS")
    assert served.head("/api/users/42").status_code == 200


def test_an_async_django_view_runs_in_the_loop(api: Any) -> None:
    assert api({"users/[id].py": ASYNC_VIEW}).get("/api/users/a").json() == {"id": "a"}


def test_a_drf_view_set_renders_and_validates_as_everywhere(api: Any) -> None:
    served = api({"books.py": VIEW_SET})
    listed = served.get("/api/books?q=1", headers={"accept": "application/json"})
    assert (listed.status_code, listed.json()) == (200, [{"title": "x", "q": "1"}])
    assert listed.headers["Content-Type"] == "application/json"
    made = served.post("/api/books", json={"title": "ok"})
    assert (made.status_code, made.json(), made.headers["X-Made"]) == (201, {"title": "ok"}, "yes")
    refused = served.post("/api/books", json={"title": "too long"})
    assert (refused.status_code, list(refused.json())) == (400, ["title"])
    malformed = served.post("/api/books", data="{", content_type="application/json")
    assert (malformed.status_code, list(malformed.json())) == (400, ["detail"])


def test_a_drf_view_set_answers_other_methods_itself(api: Any) -> None:
    served = api({"books.py": VIEW_SET})
    refused = served.delete("/api/books")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, POST, HEAD, OPTIONS")
    assert refused.json() == {"detail": 'Method "DELETE" not allowed.'}
    assert served.options("/api/books").json()["renders"] == ["application/json", "text/html"]


def test_drf_renders_what_the_client_accepts(api: Any) -> None:
    served = api(
        {
            "books.py": VIEW_SET.replace(
                "authentication_classes = []",
                """
        authentication_classes = []
        from rest_framework.renderers import JSONRenderer, StaticHTMLRenderer
        renderer_classes = [JSONRenderer, StaticHTMLRenderer]
    """,
            )
        }
    )
    assert (
        served.get("/api/books", headers={"accept": "text/html"}).headers["Content-Type"]
        == "text/html; charset=utf-8"
    )
    assert served.get("/api/books", headers={"accept": "image/png"}).status_code == 406


def test_a_drf_function_view_is_served_too(api: Any) -> None:
    served = api(
        {
            "a/[id].py": """
                from rest_framework.decorators import api_view, permission_classes
                from rest_framework.response import Response

                @api_view(["GET"])
                @permission_classes([])
                def handler(request, id):
                    return Response({"id": id})
            """
        }
    )
    assert served.get("/api/a/7").json() == {"id": "7"}
    assert served.post("/api/a/7").status_code == 405


def test_middleware_stands_before_a_class_based_view(api: Any) -> None:
    served = api(
        {
            "_middleware.py": """
                def middleware(req, res, next):
                    if "x-stop" in req.headers:
                        return res.status(401).end()
                    next()
                    res.set_header("X-Area", "books")
            """,
            "books.py": VIEW_SET,
        }
    )
    assert served.get("/api/books", headers={"x-stop": "1"}).status_code == 401
    response = served.get("/api/books")
    assert (response.json(), response.headers["X-Area"]) == ([{"title": "x", "q": None}], "books")


@pytest.mark.parametrize(("text", "url"), [(VIEW, "/api/1"), (VIEW_SET, "/api/books")])
def test_an_exception_of_a_class_based_view_is_answered_as_every_other(
    api: Any, errors_logged: Any, text: str, url: str
) -> None:
    text = text.replace("return JsonResponse({", "1 / 0; ({").replace(
        "return Response([", "1 / 0; (["
    )
    served = api({"books.py" if "books" in url else "[id=int].py": text})
    assert served.get(url).status_code == 500
    assert len(errors_logged()) == 1


FUNCTION = "def handler(res): res.json('function')"
EXEMPT = VIEW.replace(
    "handler = Users.as_view()",
    """
    from django.views.decorators.csrf import csrf_exempt
    handler = csrf_exempt(Users.as_view())
""",
)


@pytest.mark.parametrize("loading", ["lazy"])
@pytest.mark.parametrize("mode", ["wsgi"])
@pytest.mark.parametrize(
    ("text", "status"), [(FUNCTION, 200), (VIEW, 403), (EXEMPT, 201), (VIEW_SET, 201)]
)
def test_a_view_of_django_keeps_djangos_csrf_check_and_the_others_have_their_own(
    api: Any, mode: str, loading: str, text: str, status: int
) -> None:
    api({"[id=int].py" if "id)" in text else "7.py": text})
    client = Client(enforce_csrf_checks=True)
    response = client.post("/api/7", {"title": "x"})
    assert response.status_code == status


def test_a_class_instead_of_its_view_is_told_what_to_write(problem_of: Any) -> None:
    text = "from django.views import View\nclass A(View): ...\nhandler = A"
    problem = problem_of({"a.py": text})
    assert problem.id == "E024"
    assert problem.hint.endswith("a class-based view is 'handler = View.as_view()'.")
