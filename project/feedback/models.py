from __future__ import annotations

from django.db import models


class Feedback(models.Model):
    text = models.TextField(max_length=10_000)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "feedback"

    def __str__(self) -> str:
        return self.text[:80]
