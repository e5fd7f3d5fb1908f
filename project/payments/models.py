from __future__ import annotations

from django.db import models


class Payment(models.Model):
    # Unique: of two deliveries of one event the database lets one through.
    event_id = models.CharField(max_length=255, unique=True)
    order = models.CharField(max_length=100)
    amount = models.PositiveBigIntegerField()  # in the currency's smallest unit
    currency = models.CharField(max_length=3)
    paid_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} for {self.order}"
