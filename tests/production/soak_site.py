"""The project's site, and beside it the kinds of routes that it has not."""

from __future__ import annotations

from pathlib import Path

from tests.live.sites import write_files

FILES = {
    "soaked/__init__.py": "",
    "soaked/settings.py": """\
        from project.settings import *

        ROOT_URLCONF = "soaked.urls"
        """,
    "soaked/urls.py": """\
        from fileapi.urls import mount

        urlpatterns = [
            mount("api/", root="project.api"),
            mount("soak/", root="soaked.api"),
        ]
        """,
    "soaked/api/cached.py": """\
        from fileapi import Cache, Config
        from project.accounts.models import User

        config = Config(auth=None, cache=Cache(1))

        def GET():
            return {"users": User.objects.count()}
        """,
    "soaked/api/streamed.py": """\
        from fileapi import Config

        config = Config(auth=None)

        def GET(res):
            res.stream(f"{number}\\n" for number in range(1000))
        """,
    "soaked/api/fails.py": """\
        from django.db import transaction

        from fileapi import Config
        from project.feedback.models import Feedback

        config = Config(auth=None)

        def GET():
            with transaction.atomic():
                Feedback.objects.create(text="never kept")
                raise RuntimeError("on purpose")
        """,
}


def write_soak_site(folder: Path) -> str:
    """Write it into a folder; return the name of its settings."""
    write_files(folder, FILES)
    return "soaked.settings"
