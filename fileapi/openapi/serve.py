"""The document, over HTTP."""

from __future__ import annotations

import msgspec
from django.utils.encoding import escape_uri_path
from django.utils.http import escape_leading_slashes

from fileapi.http.errors import HttpError
from fileapi.http.request import Request
from fileapi.http.response import Response
from fileapi.urls import Mount, mounts

from .document import encoded


def GET(req: Request, res: Response) -> None:
    """The OpenAPI document of this API."""
    mount = mount_of(req)
    text = encoded(mount)
    if before := url_before(req, mount):
        # The paths of the document start at the mount, which stands below something here.
        servers = msgspec.json.encode([{"url": before}])
        text = b'{"servers":' + servers + b"," + text[1:]
    res.set_header("Content-Type", "application/json").send(text)


def mount_of(req: Request) -> Mount:
    """Return the mount that a request came through. Raises HttpError 404 outside of any."""
    match = req.django.resolver_match
    namespace = match.namespace if match else ""
    for mount in mounts():
        if namespace.rpartition(":")[2] == mount.namespace:
            return mount
    raise HttpError(404)


def url_before(req: Request, mount: Mount) -> str:
    """Return what stands before the mount's prefix in the URL of a request, encoded.

    That is ``SCRIPT_NAME``, and what an ``include()`` adds; mostly it is nothing.
    """
    match = req.django.resolver_match
    name = (match.url_name if match else None) or ""
    below = mount.prefix + ("" if name == "index" else name)
    parts = req.path.removesuffix("/").split("/")
    depth = len(below.removesuffix("/").split("/")) if below else 0
    return escape_leading_slashes(escape_uri_path("/".join(parts[: len(parts) - depth])))
