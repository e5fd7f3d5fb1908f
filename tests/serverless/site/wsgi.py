from __future__ import annotations

from django.core.wsgi import get_wsgi_application

import fileapi

application = get_wsgi_application()
fileapi.load()
