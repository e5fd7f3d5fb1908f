from __future__ import annotations

import logging
import uuid
from datetime import datetime

from asgiref.sync import sync_to_async
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import get_hasher, identify_hasher, make_password
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Upper
from django.utils import timezone

from .emails import validate_plain
from .managers import UserManager

logger = logging.getLogger(__name__)

# What the hashers of Django and bcrypt raise for a stored hash that they cannot read.
MALFORMED = (AssertionError, OverflowError, TypeError, ValueError)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. One without an email is known by name alone and cannot log in."""

    # unique=True is what Django's auth.E003 asks of a log-in name; one_email_per_user says more.
    email = models.EmailField(unique=True, null=True, blank=True, validators=[validate_plain])
    # The address as it was when its owner opened the link: another one is not confirmed by it.
    confirmed_email = models.EmailField(null=True, blank=True, editable=False)  # noqa: DJ001  # as email
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

    @property
    def has_confirmed_email(self) -> bool:
        """Whether the address that the user has now has been shown to be theirs."""
        return self.email is not None and self.email == self.confirmed_email

    def clean(self) -> None:
        super().clean()
        self.email = User.objects.normalize_email(self.email) or None

    def check_password(self, raw_password: str | None) -> bool:
        """Say whether this is the password; a new hash is stored where the rule has changed.

        A stored hash that cannot be read fits no password, and is logged.
        """
        try:
            if not self.has_usable_password():
                return super().check_password(raw_password)
            hasher = identify_hasher(self.password)
            is_correct = super().check_password(raw_password)
            if not is_correct and hasher.algorithm != get_hasher().algorithm:
                # As long as a hash of today takes. Django does so for one algorithm alone.
                hasher.harden_runtime(raw_password or "", self.password)
            return is_correct
        except MALFORMED as error:
            # Not the error itself: it may quote a part of the hash.
            logger.error(
                "The password of user %s cannot be checked (%s): the stored hash is malformed, "
                "or plain bcrypt got more than 72 bytes. A new password helps.",
                self.pk,
                type(error).__name__,
            )
            make_password(raw_password)  # takes the time that a check takes
            return False

    async def acheck_password(self, raw_password: str | None) -> bool:
        return await sync_to_async(self.check_password)(raw_password)


class LoginQuerySet(models.QuerySet["Login"]):
    def alive(self, now: datetime) -> LoginQuerySet:
        return self.filter(ended_at=None, expires_at__gt=now)


class Login(models.Model):
    """One log-in: a family of refresh tokens, of which the newest alone is good."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="logins")
    refresh_hash = models.CharField(max_length=64)  # SHA-256 of the newest token's secret
    # The user's at the time: a changed password ends the log-in, as it ends Django's sessions.
    session_auth_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = LoginQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.user} since {self.created_at:%Y-%m-%d %H:%M}"

    def fits_user(self) -> bool:
        """Say whether the user is still active, with the password of the log-in."""
        user = self.user
        # The fallbacks are those of SECRET_KEY_FALLBACKS.
        hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
        return user.is_active and self.session_auth_hash in hashes
