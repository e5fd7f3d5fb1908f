"""Paths as a client sends them, to the parameter that a handler gets, over WSGI and ASGI."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

# The handler closes old connections at the end of a request.
pytestmark = pytest.mark.django_db

Ask = Callable[[str], tuple[int, Any]]


@pytest.fixture
def ask(mode: str, mount_tree: Any, write_tree: Any) -> Ask:
    """Send a path, percent-encoded as on the wire; return the status and what the body says."""
    mount_tree(
        write_tree(
            {
                "users/[id].py": "def GET(id): return id",
                "users/a/b.py": "def GET(): return 'a/b'",
                "files/[...path].py": "def GET(path): return path",
                "orders/[n=int].py": "def GET(n): return n",
                "hello.py": "def GET(): return 'hello'",
            }
        )
    )
    return _over_wsgi if mode == "wsgi" else async_to_sync(_over_asgi)  # type: ignore[return-value]


def _over_wsgi(path: str) -> tuple[int, Any]:
    environ = RequestFactory()._base_environ()  # type: ignore[attr-defined]
    # PEP 3333: the bytes of the decoded path, as latin-1.
    environ["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1")
    seen: list[str] = []
    answer = WSGIHandler()(environ, lambda status, headers: seen.append(status))
    body = b"".join(answer)
    answer.close()
    return int(seen[0][:3]), json.loads(body)


async def _over_asgi(path: str) -> tuple[int, Any]:
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        # As uvicorn has them.
        "path": unquote(path),
        "raw_path": path.encode("ascii"),
        "query_string": b"",
        "headers": [(b"host", b"testserver")],
    }
    application = ApplicationCommunicator(ASGIHandler(), scope)
    await application.send_input({"type": "http.request", "body": b"", "more_body": False})
    start = await application.receive_output()
    body = await application.receive_output()
    await application.wait()
    return start["status"], json.loads(body["body"])


DATA = {
    "/api/users/caf%C3%A9": "caf\u00e9",
    "/api/users/e%CC%81": "e\u0301",
    "/api/users/a%20b": "a b",
    "/api/users/%F0%9F%98%80": "\U0001f600",
    "/api/users/%E2%80%AE": "\u202e",
    "/api/users/a;b=1": "a;b=1",
    "/api/users/%5Bid%5D": "[id]",
    "/api/users/%zz": "%zz",
    "/api/users/100%": "100%",
    "/api/users/%2561dmin": "%61dmin",
    "/api/users/a%252Fb": "a%2Fb",
    "/api/users/%2500": "%00",
    "/api/files/a%2Fb": ["a", "b"],
    "/api/orders/%34%32": 42,
    "/api/hell%6F/": "hello",
}


@pytest.mark.parametrize("path", DATA)
def test_a05_a11_a12_a17_a30_a_path_is_decoded_once_and_is_data(ask: Ask, path: str) -> None:
    assert ask(path) == (200, DATA[path])


def test_a03_an_encoded_slash_is_a_slash(ask: Ask) -> None:
    assert ask("/api/users/a%2Fb") == ask("/api/users/a/b") == (200, "a/b")
    assert ask("/api/users/a%2Fc")[0] == 404


@pytest.mark.parametrize(
    "path",
    [
        "/api/users/a%00b",
        "/api/hello%0A",
        "/api/users/x%0a",
        "/api/users/%7F",
        "/api/users/%C2%85",
        "/api/users/%FF",
        "/api/users/%ff%fe",
        "/api/users/%C0%AE%C0%AE",
        "/api/users/%ED%A0%80",
        "/api/files/a/%E9",
        "/api/users/.",
        "/api/users/%2E%2E",
        "/api/files/../../etc/passwd",
        "/api/files/..%2F..%2Fetc%2Fpasswd",
        "/api//hello",
        "/api/hello//",
        "/api/files/a//b",
        "/api/users/",
        "/api/Hello",
        "/api/hello.py",
        "/api/orders/%D9%A3",
        "/api/orders/" + "9" * 5000,
    ],
)
def test_a01_a02_a06_a07_a08_a09_a13_a15_a_path_that_no_file_has_is_the_mounts_own_404(
    ask: Ask, path: str
) -> None:
    status, body = ask(path)
    assert (status, body["title"], body["detail"]) == (
        404,
        "Not Found",
        "No route answers this URL.",
    )
