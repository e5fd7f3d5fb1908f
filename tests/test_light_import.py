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
    REST_FRAMEWORK={{"UNAUTHENTICATED_USER": None}},
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

HEAVY = {
    "authlib",
    "corsheaders",
    "cryptography",
    "environ",
    "jwt",
    "limits",
    "opentelemetry",
    "pydantic",
    "pydantic_core",
    "pythonjsonlogger",
    "redis",
    "requests",
    "rest_framework",
    "uvicorn",
}


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


def heavy(found: Any) -> set[str]:
    return HEAVY & {name.partition(".")[0] for name in found["modules"]}


def statuses(found: Any) -> list[int]:
    return [int(status.split()[0]) for status, _ in found["answers"]]


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
    assert heavy(found) == set()
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


# Beside a route that names nothing, one for each thing that a route may name.
NAMED = {
    "plain.py": "def POST(): return 1",
    "open/_middleware.py": "from fileapi import Config\n"
    "config = Config(auth=None, permissions=None, rate=None)",
    "open/a.py": "def POST(): return 1",
    "empty.py": "from fileapi import Config\nconfig = Config(auth=None, permissions=[])\n"
    "def POST(): return 1",
    "known.py": """
from fileapi import Config
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
class Key(BaseAuthentication):
    def authenticate(self, request):
        return ("ann", None) if "q" in request.GET else None
class Known(BasePermission):
    def has_permission(self, request, view):
        return request.user == "ann"
config = Config(auth=[Key], permissions=[Known])
def GET(req): return req.user
""",
    "limited.py": "from fileapi import Config\nconfig = Config(rate='1/min')\ndef GET(): return 1",
    "token.py": "from fileapi import Config\nfrom fileapi.auth import JWTAuthentication\n"
    "config = Config(auth=[JWTAuthentication])\ndef GET(): return 1",
}
GUARDS = {f"fileapi.guards.{name}" for name in ("access", "drf", "fitness", "limits", "store")}


def guards(found: Any) -> set[str]:
    return GUARDS & set(found["modules"])


def test_a_route_that_names_no_class_runs_and_imports_nothing_of_drf(tmp_path: Path) -> None:
    requests = [("POST", f"/api/{path}", "") for path in ("plain", "open/a", "empty", "gone")]
    found = run(tmp_path, NAMED, requests)
    assert statuses(found) == [200, 200, 200, 404]
    assert (heavy(found), guards(found)) == (set(), set())


def test_a_route_that_names_classes_imports_drf_and_nothing_else(tmp_path: Path) -> None:
    found = run(tmp_path, NAMED, [("GET", "/api/known", "")])
    assert statuses(found) == [401]
    assert heavy(found) == {"rest_framework"}
    assert guards(found) == {f"fileapi.guards.{name}" for name in ("access", "drf", "fitness")}


def test_a_route_that_names_a_rate_imports_no_drf_and_in_memory_no_redis(tmp_path: Path) -> None:
    found = run(tmp_path, NAMED, [("GET", "/api/limited", "")] * 2)
    assert statuses(found) == [200, 429]
    assert heavy(found) & {"rest_framework", "redis", "jwt", "cryptography"} == set()
    assert guards(found) == {"fileapi.guards.limits", "fileapi.guards.store"}


def test_a_route_that_names_tokens_pays_for_them(tmp_path: Path) -> None:
    found = run(tmp_path, NAMED, [("GET", "/api/token", "")])
    assert {"jwt", "rest_framework"} <= heavy(found)
    assert heavy(found) & {"limits", "redis", "requests", "authlib"} == set()
