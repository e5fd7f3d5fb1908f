"""``/api/health/live``: whether this process answers."""

from __future__ import annotations

from fileapi import Config
from fileapi.health.live import GET as GET

config = Config(auth=None)
