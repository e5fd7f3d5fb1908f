"""``/api/openapi.json``: the document of the mount that it is asked of."""

from __future__ import annotations

from fileapi import Config
from fileapi.openapi.serve import GET as GET

config = Config(auth=None)
