from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from .models import Identity


@admin.register(Identity)
class IdentityAdmin(admin.ModelAdmin):
    """To be looked at, and deleted, which takes the login away. Only a login makes one."""

    list_display = ["user", "issuer", "subject", "created"]
    search_fields = ["user__email", "user__name", "subject"]
    list_select_related = ["user"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
