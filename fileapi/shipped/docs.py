"""``/api/docs``: a page to read about the API and to try it out."""

from __future__ import annotations

from fileapi import Config
from fileapi.openapi.page import GET as GET

config = Config(auth=None)
