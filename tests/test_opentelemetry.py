"""OpenTelemetry's own instrumentation of Django, beside fileapi: it groups by route template."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parent.parent

# In a process of its own: the instrumentation changes Django's settings for all that follows.
PROGRAM = """
import json, sys, types
import django
from django.conf import settings
settings.configure(
    ALLOWED_HOSTS=["*"], INSTALLED_APPS=["fileapi"], ROOT_URLCONF="urls", SECRET_KEY="x",
    MIDDLEWARE=["fileapi.middleware.RequestLog"],
)
urls = sys.modules["urls"] = types.ModuleType("urls")
django.setup()
from fileapi.urls import mount
urls.urlpatterns = [mount("api/", root="traced_api")]

from opentelemetry import trace
from opentelemetry.instrumentation.django import DjangoInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)
DjangoInstrumentor().instrument()

from django.test import Client
client = Client(raise_request_exception=False)
ids = []
for path, headers in json.loads(sys.argv[1]):
    ids.append(client.get(path, headers=headers).headers["X-Request-ID"])
print(json.dumps({
    "ids": ids,
    "spans": [
        {
            "name": span.name,
            "route": span.attributes.get("http.route"),
            "trace": format(span.context.trace_id, "032x"),
        }
        for span in exporter.get_finished_spans()
    ],
}))
"""

FILES = {
    "users/[id=int].py": "def GET(id): return {'id': id}",
    "fails/[...path].py": "def GET(path): raise RuntimeError",
    "later/[name].py": "async def GET(name): return name",
}

TRACE = "0af7651916cd43dd8448eb211c80319c"


def traced(folder: Path, *requests: tuple[str, dict[str, str]]) -> Any:
    for name, text in FILES.items():
        path = folder / "traced_api" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(requests)],
        cwd=folder,
        env={"PYTHONPATH": f"{PROJECT}:{folder}", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_spans_are_grouped_by_route_template(tmp_path: Path) -> None:
    paths = [
        *(f"/api/users/{number}?q={number}" for number in range(3)),
        "/api/fails/a",
        "/api/fails/a/b",
        "/api/later/ada",
    ]
    found = traced(tmp_path, *[(path, {}) for path in paths])
    assert Counter((span["name"], span["route"]) for span in found["spans"]) == {
        ("GET api/users/<int:id>", "api/users/<int:id>"): 3,
        ("GET api/fails/<path:path>", "api/fails/<path:path>"): 2,
        ("GET api/later/<str:name>", "api/later/<str:name>"): 1,
    }


def test_a_request_that_belongs_to_a_trace_has_its_id_in_the_log(tmp_path: Path) -> None:
    parent = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
    found = traced(tmp_path, ("/api/users/1", parent))
    assert found["ids"] == [span["trace"] for span in found["spans"]] == [TRACE]
