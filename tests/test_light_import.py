"""A process that answers requests imports nothing that its routes do not use."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parent.parent

PROGRAM = """
import json, sys, types
import django
from django.conf import settings
settings.configure(
    ALLOWED_HOSTS=["*"], INSTALLED_APPS=["fileapi"], ROOT_URLCONF="urls", SECRET_KEY="x",
)
urls = sys.modules["urls"] = types.ModuleType("urls")
django.setup()
from fileapi.urls import mount
urls.urlpatterns = [mount("api/", root={package!r})]
import fileapi
fileapi.load()
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
before = set(sys.modules)

from io import BytesIO
answers = []
for method, path, body in {requests!r}:
    started = []
    environ = {{
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "", "SCRIPT_NAME": "",
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body.encode()), "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http", "wsgi.multithread": False,
    }}
    response = application(environ, lambda status, headers: started.append(status))
    answers.append([started[0], b"".join(response).decode()])
    response.close()
print(json.dumps({{"answers": answers, "modules": sorted(sys.modules)}}))
"""

HEAVY = {"rest_framework", "pydantic", "pydantic_core", "jwt", "redis", "environ", "uvicorn"}


def run(tmp_path: Path, files: dict[str, str], requests: list[tuple[str, str, str]]) -> Any:
    root = tmp_path / "light_api"
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(package="light_api", requests=requests)],
        cwd=tmp_path,
        env={"PYTHONPATH": f"{PROJECT}:{tmp_path}", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_process_that_answers_requests_imports_neither_drf_nor_pydantic(tmp_path: Path) -> None:
    files = {
        "hello.py": "def handler(req, res): res.status(200).json({'message': 'Hello, API!'})",
        "users/[id].py": "def GET(id): return {'id': id}",
        "echo.py": "def POST(body): return body",
        "broken.py": "def POST(): raise RuntimeError",
        "gone.py": "from fileapi import HttpError\ndef GET(): raise HttpError(410)",
        "later.py": "import decimal, wsgiref\ndef GET(): return 1",
    }
    requests = [
        ("GET", "/api/hello", ""),
        ("GET", "/api/users/42", ""),
        ("POST", "/api/echo", '{"a": 1}'),
        ("POST", "/api/broken", ""),
        ("GET", "/api/gone", ""),
        ("GET", "/api/nothing", ""),
    ]
    found = run(tmp_path, files, requests)
    assert [status for status, _ in found["answers"]] == [
        "200 OK",
        "200 OK",
        "200 OK",
        "500 Internal Server Error",
        "410 Gone",
        "404 Not Found",
    ]
    assert found["answers"][0][1] == '{"message":"Hello, API!"}'
    top_level = {name.partition(".")[0] for name in found["modules"]}
    assert HEAVY & top_level == set()
    assert "light_api.hello" in found["modules"]
    assert "light_api.later" not in found["modules"]


def test_commands_and_checks_are_not_imported_by_a_server(tmp_path: Path) -> None:
    found = run(tmp_path, {"a.py": "def GET(): return 1"}, [("GET", "/api/a", "")])
    ours = {name for name in found["modules"] if name.startswith("fileapi.")}
    assert {
        "fileapi.checks",
        "fileapi.listing",
        "fileapi.management",
        "fileapi.reload",
        "fileapi.types.contract",
    } & ours == set()
