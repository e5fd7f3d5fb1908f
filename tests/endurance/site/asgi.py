from __future__ import annotations

import fileapi
from fileapi.asgi import get_asgi_application

application = get_asgi_application()
fileapi.load()
