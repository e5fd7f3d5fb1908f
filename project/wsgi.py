from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

import fileapi

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

application = get_wsgi_application()

# Needs the apps that the line above has set up.
fileapi.load()
