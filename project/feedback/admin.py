from __future__ import annotations

from django.contrib import admin

from .models import Feedback


@admin.register(Feedback)
class FeedbackAdmin(admin.ModelAdmin):
    list_display = ["__str__", "created_at"]
    search_fields = ["text"]
    readonly_fields = ["text", "created_at"]
