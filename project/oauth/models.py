from __future__ import annotations

from django.conf import settings
from django.db import models


class Identity(models.Model):
    """Somebody at a provider, who is a user here. An email says nothing about who it is."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identities"
    )
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="one_user_per_identity"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} at {self.issuer}"


class PendingLogin(models.Model):
    """A login that a browser has started, until the provider sends it back.

    A row rather than a value in the session: of several requests that come back at once, one
    deletes it. State and browser are SHA-256 in hexadecimal.
    """

    state = models.CharField(max_length=64, unique=True)
    browser = models.CharField(max_length=64)
    provider = models.CharField(max_length=32)
    nonce = models.CharField(max_length=64)
    verifier = models.CharField(max_length=64)
    next = models.TextField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )  # who wants the identity for an account that is there already
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"A login by {self.provider}"
