from __future__ import annotations

from django.contrib import admin

from .models import Payment


@admin.register(Payment)
class PaymentAdmin(admin.ModelAdmin):
    list_display = ["order", "amount", "currency", "paid_at"]
    search_fields = ["order", "event_id"]
    readonly_fields = ["event_id", "order", "amount", "currency", "paid_at"]
