from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin

from .models import Login, User


@admin.register(User)
class UserAdmin(BaseUserAdmin):
    list_display = ["email", "name", "is_staff", "is_active", "date_joined"]
    search_fields = ["email", "name"]
    ordering = ["-pk"]
    readonly_fields = ["confirmed_email", "last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["email", "confirmed_email", "name", "password"]}),
        (
            "Permissions",
            {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]},
        ),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "name", "usable_password", "password1", "password2"]}),
    ]


@admin.register(Login)
class LoginAdmin(admin.ModelAdmin):
    """Who is logged in by tokens. Nothing can be changed but by deleting one, which ends it."""

    list_display = ["user", "created_at", "used_at", "expires_at", "ended_at"]
    list_select_related = ["user"]
    search_fields = ["user__email"]
    ordering = ["-used_at"]
    exclude = ["refresh_hash", "session_auth_hash"]

    def has_add_permission(self, *args: Any) -> bool:
        return False

    def has_change_permission(self, *args: Any) -> bool:
        return False
