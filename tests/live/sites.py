"""A small site with the project's settings, and route files of a test's own."""

from __future__ import annotations

import textwrap
from pathlib import Path

PACKAGE = "shop"

_FILES = {
    "__init__.py": "",
    "settings.py": """\
        from project.settings import *
        ROOT_URLCONF = "shop.urls"
        """,
    "urls.py": """\
        from fileapi.urls import mount
        urlpatterns = [mount("api/")]
        """,
    "wsgi.py": """\
        from fileapi.wsgi import get_wsgi_application
        import fileapi
        application = get_wsgi_application()
        fileapi.load()
        """,
    "asgi.py": """\
        from fileapi.asgi import get_asgi_application
        import fileapi
        application = get_asgi_application()
        fileapi.load()
        """,
}


def write_site(folder: Path, routes: dict[str, str]) -> Path:
    """Write the site's package into a folder; return the folder of its route files."""
    package = folder / PACKAGE
    write_files(package, _FILES)
    write_files(package / "api", routes)
    return package / "api"


def write_files(folder: Path, files: dict[str, str]) -> None:
    """Write files by their path below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
