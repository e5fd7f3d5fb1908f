"""Write whole small Django sites of a chosen size, to measure how size matters."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

# Importable where the folder of the site is on the path of a process.
PACKAGE = "generated"

# One resource of an API: two literal URLs and three with parameters, at most four levels deep.
RESOURCE = {
    "search": "search",
    "index": "",
    "[id=int]": "<int:id>",
    "[id=int]/history": "<int:id>/history",
    "[id=int]/notes/[note]": "<int:id>/notes/<str:note>",
}
TYPED = {"id": "id: int", "note": "note: str"}
ARGUMENTS = {"[id=int]": "id", "[id=int]/history": "id", "[id=int]/notes/[note]": "id, note"}

SETTINGS = f"""\
from benchmarks.contenders.settings import *
ROOT_URLCONF = "{PACKAGE}.urls"
INSTALLED_APPS = []
del FILEAPI_JWT  # its keys are read at the start
"""
FILEAPI_SETTINGS = SETTINGS + 'INSTALLED_APPS = ["fileapi"]\nWSGI_MAKER = "fileapi.wsgi"\n'

FILEAPI_URLS = """\
from fileapi.urls import mount
urlpatterns = [mount("api/")]
"""
DJANGO_URLS = """\
from django.http import JsonResponse
from django.urls import path

def view(request, **parameters):
    return JsonResponse({})

urlpatterns = [
"""
NINJA_URLS = """\
from django.http import HttpRequest
from django.urls import path
from ninja import NinjaAPI

api = NinjaAPI(docs_url=None, openapi_url=None)
"""
STARLETTE_URLS = """\
from benchmarks.processes.starlette_pattern import StarlettePattern
from starlette.responses import JSONResponse
from starlette.routing import Route

async def view(request):
    return JSONResponse({})

urlpatterns = [StarlettePattern([
"""


def write_fileapi_site(folder: Path, routes: int, load: str = "lazy") -> None:
    site = _site(folder, f"{FILEAPI_SETTINGS}FILEAPI_LOAD = {load!r}\n", FILEAPI_URLS)
    for resource, name in _routes(routes):
        file = site / "api" / resource / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"def GET({ARGUMENTS.get(name, '')}):\n    return {{}}\n")
    (site / "api" / "__init__.py").touch()


def write_django_site(folder: Path, routes: int) -> None:
    urls = [f"api/{resource}/{RESOURCE[name]}".rstrip("/") for resource, name in _routes(routes)]
    patterns = [f"    path({url!r}, view),\n" for url in urls]
    _site(folder, SETTINGS, "".join([DJANGO_URLS, *patterns, "]\n"]))


def write_ninja_site(folder: Path, routes: int) -> None:
    lines = [NINJA_URLS]
    for resource, name in _routes(routes):
        url = f"/{resource}/{RESOURCE[name]}".rstrip("/").replace("<", "{").replace(">", "}")
        typed = [TYPED[each] for each in _arguments(name)]
        signature = ", ".join(["request: HttpRequest", *typed])
        lines.append(f"@api.get({url!r})\ndef view({signature}):\n    return {{}}\n")
    lines.append('urlpatterns = [path("api/", api.urls)]\n')
    _site(folder, SETTINGS, "\n".join(lines))


def write_starlette_site(folder: Path, routes: int) -> None:
    lines = [STARLETTE_URLS]
    for resource, name in _routes(routes):
        url = f"/api/{resource}/{RESOURCE[name]}".rstrip("/")
        url = url.replace("<int:id>", "{id:int}").replace("<str:note>", "{note}")
        lines.append(f"    Route({url!r}, view),\n")
    _site(folder, SETTINGS, "".join([*lines, "])]\n"]))


def resource(number: int) -> str:
    return f"resource-{number:05}"


def _arguments(name: str) -> list[str]:
    return [each for each in ARGUMENTS.get(name, "").split(", ") if each]


def _routes(number: int) -> Iterator[tuple[str, str]]:
    return islice(((resource(n), name) for n in count() for name in RESOURCE), number)


def _site(folder: Path, settings: str, urls: str) -> Path:
    site = folder / PACKAGE
    site.mkdir(parents=True)
    (site / "__init__.py").touch()
    (site / "settings.py").write_text(settings)
    (site / "urls.py").write_text(urls)
    return site
