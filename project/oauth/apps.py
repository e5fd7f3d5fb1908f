from __future__ import annotations

from django.apps import AppConfig


class OAuthConfig(AppConfig):
    name = "project.oauth"
    verbose_name = "Login with other sites"

    def ready(self) -> None:
        from .providers import configured

        configured()  # a wrong setting stops the site here, not somebody's login later
