"""What Django's error reports may show."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable
from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

URLS = ("DATABASE_URL", "CACHE_URL", "REDIS_URL", "DSN")  # a mistake in one may hide its "@"


class ReportFilter(SafeExceptionReporterFilter):
    """Hide what may be a secret; ``DEFAULT_EXCEPTION_REPORTER_FILTER`` names it.

    With ``DEBUG`` off that is the value of every form field, cookie and local variable, where
    Django hides those that somebody has marked. Settings and environment variables are hidden by
    their names, as in Django, and where the value is a URL with a user in it.
    """

    def cleanse_setting(self, key: int | str, value: Any) -> Any:
        """Return the value of a setting, or of an entry in one, as it may be shown."""
        is_url_of_store = isinstance(key, str) and key.upper().endswith(URLS)
        if isinstance(value, str) and (is_url_of_store or "@" in value.partition("://")[2]):
            return self.cleansed_substitute
        return super().cleanse_setting(key, value)

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        """Return the cookies by name."""
        cookies = super().get_safe_cookies(request)
        return self._hidden(cookies) if self.is_active(request) else cookies

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        """Return the fields of a form by name."""
        fields = super().get_post_parameters(request)
        return self._hidden(fields) if self.is_active(request) else fields

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType
    ) -> ItemsView[str, Any]:
        """Return the local variables of a frame by name."""
        if self.is_active(request):
            return self._hidden(tb_frame.f_locals).items()
        return super().get_traceback_frame_variables(request, tb_frame)

    def _hidden(self, names: Iterable[str]) -> dict[str, Any]:
        return dict.fromkeys(names, self.cleansed_substitute)
