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
ARGUMENTS = {"[id=int]": "id", "[id=int]/history": "id", "[id=int]/notes/[note]": "id, note"}

SETTINGS = f"""\
from benchmarks.contenders.settings import *
ROOT_URLCONF = "{PACKAGE}.urls"
"""
FILEAPI_SETTINGS = SETTINGS + 'INSTALLED_APPS = ["fileapi"]\n'

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


def write_fileapi_site(folder: Path, routes: int) -> None:
    site = _site(folder, FILEAPI_SETTINGS, FILEAPI_URLS)
    for resource, name in _routes(routes):
        file = site / "api" / resource / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"def GET({ARGUMENTS.get(name, '')}):\n    return {{}}\n")
    (site / "api" / "__init__.py").touch()


def write_django_site(folder: Path, routes: int) -> None:
    urls = [f"api/{resource}/{RESOURCE[name]}".rstrip("/") for resource, name in _routes(routes)]
    patterns = [f"    path({url!r}, view),\n" for url in urls]
    _site(folder, SETTINGS, "".join([DJANGO_URLS, *patterns, "]\n"]))


def resource(number: int) -> str:
    return f"resource-{number:05}"


def _routes(number: int) -> Iterator[tuple[str, str]]:
    return islice(((resource(n), name) for n in count() for name in RESOURCE), number)


def _site(folder: Path, settings: str, urls: str) -> Path:
    site = folder / PACKAGE
    site.mkdir(parents=True)
    (site / "__init__.py").touch()
    (site / "settings.py").write_text(settings)
    (site / "urls.py").write_text(urls)
    return site
