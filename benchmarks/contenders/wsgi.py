"""What a WSGI server serves of the contender that DJANGO_SETTINGS_MODULE names."""

from __future__ import annotations

from benchmarks.wsgi import site

application = site()
