from __future__ import annotations

from django.contrib import admin

from .models import Order


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    list_display = ["__str__", "created_at"]
    search_fields = ["item"]
    readonly_fields = ["item", "created_at"]
