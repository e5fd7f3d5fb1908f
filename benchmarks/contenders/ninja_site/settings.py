from __future__ import annotations

from benchmarks.contenders.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.contenders.ninja_site.urls"
