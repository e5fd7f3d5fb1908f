from __future__ import annotations

import fileapi
from fileapi.wsgi import get_wsgi_application

application = get_wsgi_application()
fileapi.load()
