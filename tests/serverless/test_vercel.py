"""The environ of Vercel's Python runtime, as a server would hand it over."""

from __future__ import annotations

import ast
import json
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from fileapi.serverless import vercel

ROOT = Path(__file__).parents[2]


def environ(path: str, headers: dict[str, str], body: bytes = b"") -> dict[str, Any]:
    """Build what vercel-runtime 0.24.1 hands over."""
    types = {name.lower(): value for name, value in headers.items()}
    return {
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": types.get("content-type", ""),
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "a=%2F",
        "REMOTE_ADDR": types.get("x-forwarded-for", types.get("x-real-ip")),
        "REQUEST_METHOD": "POST" if body else "GET",
        "SERVER_NAME": types.get("host", "lambda"),
        "SERVER_PORT": types.get("x-forwarded-port", "80"),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.errors": sys.stderr,
        "wsgi.input": BytesIO(body),
        "wsgi.multiprocess": False,
        "wsgi.multithread": False,
        "wsgi.run_once": False,
        "wsgi.url_scheme": types.get("x-forwarded-proto", "http"),
        "wsgi.version": (1, 0),
        **{f"HTTP_{n.replace('-', '_').upper()}": value for n, value in headers.items()},
    }


HEADERS = {
    "host": "site.vercel.app",
    "x-forwarded-for": "203.0.113.9, 198.51.100.7",
    "x-real-ip": "203.0.113.9",
    "x-forwarded-proto": "https",
}


def handed_over(sent: dict[str, Any]) -> dict[str, Any]:
    """Return the environ that the application gets."""
    got: dict[str, Any] = {}

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        got.update(environ)
        start_response("200 OK", [])
        return []

    list(vercel(application)(sent, lambda *start: lambda data: None))
    return got


def test_i23_the_path_is_decoded_once() -> None:
    got = handed_over(environ("/api/echo/path/Zo%C3%AB%2520", HEADERS))
    assert got["PATH_INFO"].encode("latin-1").decode() == "/api/echo/path/Zoë%20"
    assert got["QUERY_STRING"] == "a=%2F"


def test_i23_the_address_is_one_address() -> None:
    assert handed_over(environ("/", HEADERS))["REMOTE_ADDR"] == "203.0.113.9"
    assert handed_over(environ("/", {}))["REMOTE_ADDR"] == ""


def test_i23_a_request_without_a_body_has_no_length_and_no_type() -> None:
    got = handed_over(environ("/", HEADERS))
    assert not {"CONTENT_LENGTH", "CONTENT_TYPE"} & set(got)
    headers = {**HEADERS, "content-type": "text/plain", "content-length": "2"}
    got = handed_over(environ("/", headers, b"ab"))
    assert (got["CONTENT_TYPE"], got["CONTENT_LENGTH"]) == ("text/plain", "2")
    assert not {"HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"} & set(got)


def test_i23_a_body_that_came_in_chunks_is_read_to_its_end() -> None:
    headers = {**HEADERS, "content-type": "text/plain", "transfer-encoding": "chunked"}
    got = handed_over(environ("/", headers, b"in chunks"))
    assert (got["wsgi.input_terminated"], got["wsgi.input"].read()) == (True, b"in chunks")
    assert "HTTP_TRANSFER_ENCODING" not in got


def test_every_request_goes_to_the_function_that_is_built() -> None:
    config = json.loads((ROOT / "vercel.json").read_text())
    ((build,), (route,)) = config["builds"], config["routes"]
    assert (route["src"], route["dest"]) == ("/(.*)", build["src"])
    file = build["src"]
    names = {
        target.id
        for node in ast.parse((ROOT / file).read_text()).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert "app" in names  # by this name the runtime finds it


def test_vercel_installs_what_the_site_is_locked_to() -> None:
    ignored = (ROOT / ".vercelignore").read_text().splitlines()
    assert "pyproject.toml" in ignored  # it would win over requirements.txt
    assert not {"requirements.txt", "project", "fileapi"} & set(ignored)
