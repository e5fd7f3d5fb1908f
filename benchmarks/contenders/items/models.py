"""What the contenders list. Without migrations: `prepare` makes the table."""

from __future__ import annotations

from django.db import models


class Item(models.Model):
    title = models.CharField(max_length=100)
    author = models.CharField(max_length=100)
    pages = models.IntegerField()
    cents = models.IntegerField()

    def __str__(self) -> str:
        return self.title
