"""fileapi's WSGI handler against Django's: the same requests, answers and signals."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import DisallowedHost
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.core.signals import request_finished
from django.http import HttpResponse
from django.urls import clear_script_prefix, get_script_prefix, get_urlconf, set_urlconf

from fileapi import wsgi
from fileapi.http.ready import ReadyResponse
from fileapi.wsgi import Handler, Request, plain_script_name

FILES = {
    "hello.py": "def GET(): return {'message': 'hello'}",
    "where.py": """
        from django.urls import reverse

        def GET(req):
            django = req.django
            return [
                *(django.path, django.path_info, req.url, django.get_host()),
                *(django.build_absolute_uri(), reverse("api:where"), req.cookies),
                django.content_type,
            ]
        """,
    "echo.py": "def POST(body, res): res.status(201).json(body)",
    "cookie.py": "def GET(res): res.cookie('a', 'b').cookie('c', 'd').send('text')",
    "file.py": "def GET(res): res.file(__file__)",
    "stream.py": "def GET(res): res.send(iter(['a', 'b']))",
    "django.py": """
        from django.http import HttpResponse

        def GET(): return HttpResponse("plain", headers={"X-A": "1"})
        """,
    "opened.py": """
        from django.http import FileResponse

        def GET(): return FileResponse(open(__file__, "rb"))
        """,
    "bug.py": "def GET(): return 1 / 0",
    "asynchronous.py": "async def GET(): return 'async'",
}


def environ(**changes: Any) -> dict[str, Any]:
    """Return what a server hands over; a change to None takes a key away."""
    body = changes.pop("body", b"")
    made = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/api/where",
        "QUERY_STRING": "",
        "SCRIPT_NAME": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "testserver",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        **changes,
    }
    if body:
        made["CONTENT_LENGTH"] = str(len(body))
    return {name: value for name, value in made.items() if value is not None}


CHANGES: list[dict[str, Any]] = [
    {},
    {"PATH_INFO": None},
    {"PATH_INFO": ""},
    {"PATH_INFO": "/"},
    {"PATH_INFO": "//api//where"},
    {"PATH_INFO": "no/slash"},
    {"PATH_INFO": "/api/caf\u00c3\u00a9"},  # UTF-8 as latin-1, by PEP 3333
    {"PATH_INFO": "/api/\u00ff\u00fe"},
    {"PATH_INFO": "/api/%41%ff"},
    {"SCRIPT_NAME": "/mount"},
    {"SCRIPT_NAME": "/mount/"},
    {"SCRIPT_NAME": "/mount//"},
    {"SCRIPT_NAME": "/caf\u00c3\u00a9"},
    {"SCRIPT_NAME": None},
    {"SCRIPT_URL": "/mount/api/where"},
    {"SCRIPT_URL": "/mount//api/where"},
    {"REDIRECT_URL": "/mount/api/where"},
    {"SCRIPT_URL": "", "SCRIPT_NAME": "/mount"},
    {"REQUEST_METHOD": "get"},
    {"CONTENT_LENGTH": ""},
    {"CONTENT_LENGTH": "x"},
    {"CONTENT_LENGTH": " 5 "},
    {"CONTENT_LENGTH": "-1"},
    {"CONTENT_TYPE": ""},
    {"CONTENT_TYPE": "application/json"},
    {"CONTENT_TYPE": "TEXT/Plain; Charset=latin-1"},
    {"CONTENT_TYPE": "text/plain; charset=none-such"},
    {"HTTP_COOKIE": ""},
    {"HTTP_COOKIE": "a=b; a=c; d"},
    {"HTTP_HOST": "localhost:8000"},
    {"HTTP_HOST": None},
    {"HTTP_HOST": ""},
    {"HTTP_HOST": "elsewhere.example"},
    {"HTTP_HOST": "a b"},
    {"QUERY_STRING": "a=%C3%A9&b"},
]


@pytest.fixture(autouse=True)
def _as_a_thread_starts() -> Iterator[None]:
    """A thread of a server has no prefix and no URLconf before its first request."""
    before = get_script_prefix(), get_urlconf()
    clear_script_prefix()
    set_urlconf(None)
    Request._taken = ("", [])
    yield
    clear_script_prefix()
    set_urlconf(before[1])


def seen(request: WSGIRequest) -> dict[str, Any]:
    _ = request.COOKIES
    found = dict(vars(request))
    stream = found.pop("_stream")
    return found | {"limit": stream.limit, "at": stream._pos}


@pytest.mark.parametrize("changes", CHANGES, ids=repr)
def test_the_request_is_as_djangos(changes: dict[str, Any]) -> None:
    given = environ(**changes)
    ours = Request(given.copy(), plain_script_name(given))
    assert seen(ours) == seen(WSGIRequest(given.copy()))


@pytest.mark.parametrize("forced", ["", "/forced"])
def test_a_forced_script_name_is_taken(settings: Any, forced: str) -> None:
    settings.FORCE_SCRIPT_NAME = forced
    given = environ(SCRIPT_NAME="/mount")
    ours = Request(given.copy(), plain_script_name(given))
    assert seen(ours) == seen(WSGIRequest(given.copy()))


class Taken:
    """One answer, taken to its end."""

    def __init__(self, handler: Any, given: dict[str, Any]) -> None:
        answer = handler(given, self.start)
        self.body = b"".join(answer)
        answer.close()
        self.after = get_script_prefix(), get_urlconf()

    def start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.status = status
        self.headers = [(name, value) for name, value in headers if name != "X-Request-ID"]


@pytest.fixture
def both(settings: Any, mount_tree: Any, write_tree: Any) -> tuple[Handler, WSGIHandler]:
    settings.MIDDLEWARE = [
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ]
    mount_tree(write_tree(FILES))
    return Handler(), WSGIHandler()


@pytest.mark.parametrize(
    "changes",
    [
        *CHANGES,
        *({"PATH_INFO": f"/api/{name.removesuffix('.py')}"} for name in FILES),
        {"PATH_INFO": "/api/hello", "REQUEST_METHOD": "HEAD"},
        {"PATH_INFO": "/api/hello", "REQUEST_METHOD": "OPTIONS"},
        {"PATH_INFO": "/api/hello", "REQUEST_METHOD": "PUT"},
        {"PATH_INFO": "/api/opened", "wsgi.file_wrapper": None},
        {"PATH_INFO": "/nowhere"},
        {"PATH_INFO": "/api/nowhere"},
    ],
    ids=repr,
)
def test_the_answer_is_as_djangos(both: Any, changes: dict[str, Any]) -> None:
    ours, djangos = (Taken(handler, environ(**changes)) for handler in both)
    assert (ours.status, ours.headers, ours.body) == (djangos.status, djangos.headers, djangos.body)
    assert ours.after[0] == djangos.after[0]


def test_a_body_is_read_as_by_django(both: Any) -> None:
    given = {"PATH_INFO": "/api/echo", "REQUEST_METHOD": "POST", "CONTENT_TYPE": "application/json"}
    for body in (b'{"a": 1}', b"{", b"[" * 200):
        ours, djangos = (Taken(handler, environ(body=body, **given)) for handler in both)
        assert (ours.status, ours.body) == (djangos.status, djangos.body)


@pytest.mark.parametrize("owner", [WSGIHandler, BaseHandler])
def test_what_monitoring_puts_in_djangos_place_is_called(
    both: Any, monkeypatch: pytest.MonkeyPatch, owner: Any
) -> None:
    name = "__call__" if owner is WSGIHandler else "get_response"
    djangos = getattr(owner, name)
    seen: list[Any] = []

    @functools.wraps(djangos)
    def watched(self: Any, *args: Any) -> Any:
        seen.append(self)
        return djangos(self, *args)

    monkeypatch.setattr(owner, name, watched)
    assert Taken(both[0], environ(PATH_INFO="/api/hello")).status == "200 OK"
    assert seen == [both[0]]
    # Wrapped before the import, it is not taken for Django's own.
    assert wsgi._unless_wrapped(watched) is None
    assert wsgi._unless_wrapped(functools.partial(watched)) is None
    assert wsgi._CALL is not None


def test_a_prefix_is_of_one_request(both: Any) -> None:
    handler = both[0]
    for name, prefix in [
        ("/mount", "/mount/"),
        ("", "/"),
        ("/a/", "/a/"),
        ("/a//", "/a//"),
        ("", "/"),
    ]:
        assert Taken(handler, environ(SCRIPT_NAME=name)).after[0] == prefix


class Wrapper:
    """A server's ``wsgi.file_wrapper``, which closes the file and not the response."""

    def __init__(self, file: Any, size: int) -> None:
        self.file = file
        self.close = file.close

    def __iter__(self) -> Iterator[bytes]:
        yield self.file.read()


def test_a_file_that_the_server_sends_ends_the_request(both: Any) -> None:
    ended: list[Any] = []

    def receiver(sender: Any, **kwargs: Any) -> None:
        ended.append(sender)

    request_finished.connect(receiver)
    try:
        given = environ(PATH_INFO="/api/opened") | {"wsgi.file_wrapper": Wrapper}
        answer = both[0](given, lambda status, headers: None)
        assert isinstance(answer, Wrapper)
        assert b"".join(answer).strip().startswith(b"from django")
        assert ended == []
        answer.close()
        assert ended == [Handler]
    finally:
        request_finished.disconnect(receiver)


@pytest.mark.parametrize("text", ["application/json; charset*=none-such'en'x", "a/b; c*=zz''%41"])
def test_a_content_type_that_nobody_can_read_is_400(both: Any, text: str) -> None:
    given = environ(PATH_INFO="/api/echo", REQUEST_METHOD="POST", CONTENT_TYPE=text)
    answer = Taken(both[0], given)
    assert answer.status == "400 Bad Request"
    assert b"Content-Type cannot be read." in answer.body


def test_a_host_is_asked_about_again_when_the_allowed_ones_change(settings: Any) -> None:
    def host(name: str) -> str:
        return Request(environ(HTTP_HOST=name), "").get_host()

    settings.ALLOWED_HOSTS = ["a.example"]
    assert host("a.example") == host("a.example") == "a.example"
    with pytest.raises(DisallowedHost):
        host("b.example")
    assert host("a.example:80") == "a.example:80"
    settings.ALLOWED_HOSTS = ["b.example"]
    with pytest.raises(DisallowedHost):
        host("a.example:80")
    assert host("b.example") == "b.example"
    settings.ALLOWED_HOSTS.clear()
    with pytest.raises(DisallowedHost):
        host("b.example")
    settings.DEBUG = True
    assert host("localhost") == "localhost"
    settings.DEBUG = False
    with pytest.raises(DisallowedHost):
        host("localhost")


def test_a_list_of_hosts_that_changes_its_mind_is_asked_each_time(settings: Any) -> None:
    class Moody(list[str]):
        def __iter__(self) -> Iterator[str]:
            return iter(now)

    now = ["a.example"]
    settings.ALLOWED_HOSTS = Moody(["x"])
    for _ in range(2):
        assert Request(environ(HTTP_HOST="a.example"), "").get_host() == "a.example"
    now.clear()
    with pytest.raises(DisallowedHost):
        Request(environ(HTTP_HOST="a.example"), "").get_host()


def test_what_fails_while_a_response_is_closed_stops_nothing() -> None:
    """As in Django's HttpResponseBase.close()."""
    for response in (ReadyResponse(200, {}, b"", None), HttpResponse()):
        closed: list[str] = []

        def fails() -> None:
            raise RuntimeError

        response._resource_closers += [fails, lambda: closed.append("other")]  # type: ignore[attr-defined] # noqa: B023
        response.close()
        assert (closed, response.closed) == (["other"], True)
        assert response._resource_closers == []  # type: ignore[attr-defined]
