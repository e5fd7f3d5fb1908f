from __future__ import annotations

import os

import fileapi
from fileapi.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
# A server that answers requests does not wait for its database as a migration has to.
os.environ.setdefault("DB_STATEMENT_TIMEOUT", "1.5")  # seconds

application = get_asgi_application()

# Needs the apps that the line above has set up.
fileapi.load()
