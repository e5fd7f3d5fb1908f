"""What an ASGI server serves of the contender that DJANGO_SETTINGS_MODULE names."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings

application = import_module(settings.ASGI_MAKER).get_asgi_application()
