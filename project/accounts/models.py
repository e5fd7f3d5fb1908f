from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Upper
from django.utils import timezone

from .managers import UserManager


class User(AbstractBaseUser, PermissionsMixin):
    """A person. One without an email is known by name alone and cannot log in."""

    # unique=True is what Django's auth.E003 asks of a log-in name; one_email_per_user says more.
    email = models.EmailField(unique=True, null=True, blank=True)
    name = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            # UPPER, not LOWER, is what iexact compiles to, so that log-ins use this index.
            models.UniqueConstraint(
                Upper("email"),
                name="one_email_per_user",
                violation_error_message="This email is already registered.",
            ),
        ]

    def __str__(self) -> str:
        return self.email or self.name or f"User {self.pk}"

    def clean(self) -> None:
        super().clean()
        self.email = User.objects.normalize_email(self.email) or None
