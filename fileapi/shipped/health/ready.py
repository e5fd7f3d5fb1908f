"""``/api/health/ready``: whether this process should get requests."""

from __future__ import annotations

from fileapi import Config
from fileapi.health.ready import GET as GET

config = Config(auth=None)
