"""Answer one request of a generated site, and end.

python -m benchmarks.processes.first_answer PATH
"""

from __future__ import annotations

import os
import sys
from typing import Any

from django.conf import settings

from benchmarks.sites import PACKAGE
from benchmarks.wsgi import answer, environ, site


def main(path: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = f"{PACKAGE}.settings"
    started: list[Any] = []
    application = site()
    if getattr(settings, "FILEAPI_LOAD", "lazy") == "eager":
        import fileapi

        fileapi.load()
    body = answer(application, environ("GET", path), lambda *start: started.extend(start))
    # At once: what an interpreter takes down at its end is no part of a first answer.
    os._exit(0 if (started[0], body) == ("200 OK", b"{}") else 1)


if __name__ == "__main__":
    main(sys.argv[1])
