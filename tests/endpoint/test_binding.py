"""Arguments are filled by name."""

from __future__ import annotations

from typing import Any

import pytest

ANSWERS = [
    # file, signature and body, URL, answer
    ("[id].py", "def GET(id): return id", "/api/42", "42"),
    ("[id].py", "def GET(id: str): return id", "/api/42", "42"),
    ("[id=int].py", "def GET(id: int): return id", "/api/42", 42),
    ("[id=int].py", "def GET(id: 'int'): return id", "/api/042", 42),
    ("[id=int].py", "def GET(id: object): return id", "/api/42", 42),
    ("[name=slug].py", "def GET(name: str): return name", "/api/a-b", "a-b"),
    (
        "[key=uuid].py",
        "from uuid import UUID\ndef GET(key: UUID): return key.version",
        "/api/12345678-1234-4234-8234-123456789abc",
        4,
    ),
    ("[...path].py", "def GET(path: list[str]): return path", "/api/a/b", ["a", "b"]),
    ("[...path].py", "def GET(path: list): return path", "/api/a", ["a"]),
    ("[[...path]].py", "def GET(path): return path", "/api/a/b", ["a", "b"]),
    ("[[...path]].py", "def GET(path): return path", "/api", []),
    ("[[...path]].py", "def GET(req): return req.params", "/api", {}),
    ("[a]/x/[b].py", "def GET(b, a): return [a, b]", "/api/1/x/2", ["1", "2"]),
    ("[a]/x/[b].py", "def GET(b): return b", "/api/1/x/2", "2"),
    ("[id].py", "def GET(): return 'nothing taken'", "/api/42", "nothing taken"),
    ("[id].py", "def GET(req, id): return [req.path, id]", "/api/42", ["/api/42", "42"]),
    ("a.py", "def GET(query): return query['q']", "/api/a?q=1&q=2", "2"),
    ("a.py", "def GET(query): return query", "/api/a?q=1&q=2&r=3", {"q": ["1", "2"], "r": "3"}),
    ("[id].py", "def GET(query): return query", "/api/42?id=7", {"id": "42"}),
    ("a.py", "def GET(res): res.json('by res')", "/api/a", "by res"),
    ("a.py", "def GET(res, req, query): res.json(req.method)", "/api/a", "GET"),
    ("[id].py", "def GET(id, /): return id", "/api/42", "42"),
    ("[id].py", "def GET(*, id, req): return id", "/api/42", "42"),
    ("[id].py", "def GET(id='default'): return id", "/api/42", "42"),
    ("[id].py", "def GET(req, /, *, id): return id", "/api/42", "42"),
    ("[id].py", "async def GET(id): return id", "/api/42", "42"),
    ("[id].py", "GET = lambda id: id", "/api/42", "42"),
    ("[ключ].py", "def GET(ключ): return ключ", "/api/x", "x"),
    (
        "[id].py",
        "from functools import partial\ndef f(n, id): return [n, id]\nGET = partial(f, 1)",
        "/api/42",
        [1, "42"],
    ),
    (
        "[id].py",
        "class Get:\n    def __call__(self, id): return id\nGET = Get()",
        "/api/42",
        "42",
    ),
    (
        "[id].py",
        "class Get:\n    async def __call__(self, id): return id\nGET = Get()",
        "/api/42",
        "42",
    ),
    (
        "[id].py",
        """
from functools import wraps
def twice(f):
    @wraps(f)
    def inner(*args, **kwargs):
        return [f(*args, **kwargs)] * 2
    return inner
@twice
def GET(id): return id
""",
        "/api/42",
        ["42", "42"],
    ),
]


@pytest.mark.parametrize(("file", "text", "url", "answer"), ANSWERS)
def test_a_function_takes_what_it_needs(
    api: Any, file: str, text: str, url: str, answer: Any
) -> None:
    response = api({file: text}).get(url)
    assert (response.status_code, response.json()) == (200, answer)


def test_handler_takes_the_same_names(api: Any) -> None:
    served = api({"[id].py": "def handler(body, id, query, req, res): res.json([body, id])"})
    assert served.put("/api/42", json={"a": 1}).json() == [{"a": 1}, "42"]


def test_body_is_parsed_for_a_function_that_takes_it(api: Any) -> None:
    served = api({"a.py": "def POST(body): return body['name']"})
    assert served.post("/api/a", json={"name": "x"}).json() == "x"


def test_body_is_not_read_for_a_function_that_does_not_take_it(api: Any) -> None:
    served = api({"a.py": "def POST(): return 'unread'"})
    response = served.post("/api/a", data=b"{broken", content_type="application/json")
    assert response.json() == "unread"


def test_req_and_res_may_have_types_that_exist_for_type_checkers_alone(api: Any) -> None:
    served = api(
        {
            "a.py": """
                from __future__ import annotations
                from typing import TYPE_CHECKING
                if TYPE_CHECKING:
                    from somewhere import Request, Response

                def GET(req: Request, res: Response):
                    res.json(req.method)
            """,
            "b.py": "def GET(req: 'Unknown'): return 'ok'",
        }
    )
    assert served.get("/api/a").json() == "GET"
    assert served.get("/api/b").json() == "ok"


def test_annotated_types_count_as_what_they_annotate(api: Any) -> None:
    served = api(
        {
            "[id=int].py": """
                from typing import Annotated
                def GET(id: Annotated[int, "the user's number"]): return id
            """
        }
    )
    assert served.get("/api/42").json() == 42


def test_a_custom_converter_may_produce_any_type(api: Any) -> None:
    from django.urls import register_converter
    from django.urls.converters import REGISTERED_CONVERTERS, get_converters

    class Year:
        regex = "[0-9]{4}"

        def to_python(self, value: str) -> int:
            return int(value)

        def to_url(self, value: int) -> str:
            return str(value)

    register_converter(Year, "fileapi_year")
    try:
        served = api({"[y=fileapi_year].py": "def GET(y: int): return y"})
        assert served.get("/api/2026").json() == 2026
        assert served.get("/api/20266").status_code == 404
    finally:
        del REGISTERED_CONVERTERS["fileapi_year"]
        get_converters.cache_clear()
