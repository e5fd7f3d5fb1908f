"""The docs page: Swagger UI over the document, from this site alone.

The page and its assets are one route, so that they have one file and one set of guards:
``?asset=`` names what the page loads.
"""

from __future__ import annotations

import os
from functools import cache
from importlib.util import find_spec

from django.conf import settings
from django.utils.html import format_html, format_html_join

from fileapi import conf
from fileapi.http.conditional import strong_tag
from fileapi.http.errors import HttpError
from fileapi.http.request import Request
from fileapi.http.response import Response

from .serve import mount_of, url_before

PACKAGE = "drf_spectacular_sidecar"
_DIST = os.path.join("static", PACKAGE, "swagger-ui-dist")
_SETUP = "setup.js"
_TYPES = {
    "favicon-32x32.png": "image/png",
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    _SETUP: "text/javascript; charset=utf-8",
}
_YEAR = 31_536_000  # seconds

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" type="image/png" href="{favicon}">
<link rel="stylesheet" href="{style}">
{scripts}
</head>
<body>
<noscript>This page needs JavaScript. <a href="{document}">The document</a> does not.</noscript>
<div id="docs" data-document="{document}" data-cookie="{cookie}" data-header="{header}"></div>
</body>
</html>
"""


def GET(req: Request, res: Response) -> None:
    """A page to read about this API and to try it out."""
    name = req.query.get("asset")
    if name is None:
        res.set_header("Content-Security-Policy", _POLICY)
        res.set_header("Content-Type", "text/html; charset=utf-8").send(_page(req))
        return
    path = _path(name)
    res.file(path, content_type=_TYPES[name])
    if req.query.get("v") == _version(path):
        res.cache(_YEAR, immutable=True)


def _page(req: Request) -> str:
    mount = mount_of(req)
    return format_html(
        _PAGE,
        title=conf.openapi()["title"],
        favicon=_url("favicon-32x32.png"),
        style=_url("swagger-ui.css"),
        scripts=format_html_join(
            "\n",
            '<script defer src="{}"></script>',
            ((_url(name),) for name in ("swagger-ui-bundle.js", _SETUP)),
        ),
        document=f"{url_before(req, mount)}/{mount.prefix}openapi.json",
        cookie=settings.CSRF_COOKIE_NAME,
        header=settings.CSRF_HEADER_NAME.removeprefix("HTTP_").replace("_", "-"),
    )


def _url(name: str) -> str:
    """Return the URL of an asset, relative to the page's own, wherever that is mounted."""
    return f"?asset={name}&v={_version(_path(name))}"


def _path(name: str) -> str:
    """Return the file of an asset. Raises HttpError 404 for any other name."""
    if name not in _TYPES:
        raise HttpError(404, f"This page has no asset {name!r}.")
    if name == _SETUP:
        return os.path.join(os.path.dirname(__file__), _SETUP)
    path = os.path.join(_package(), _DIST, name)
    if not os.path.isfile(path):
        raise HttpError(
            404, "The docs page is made of Swagger UI: pip install drf-spectacular-sidecar."
        )
    return path


@cache
def _package() -> str:
    spec = find_spec(PACKAGE)
    return os.path.dirname(spec.origin) if spec and spec.origin else ""


@cache
def _version(path: str) -> str:
    with open(path, "rb") as file:
        return strong_tag(file.read()).strip('"')
