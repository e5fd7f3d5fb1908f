"""The keys of a site: whose they are and what they may do. Their text is not in the database."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db import models, router, transaction
from django.db.models import Q
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from . import key_text
from .scopes import RULE, is_scope

LIVE = "live"
NOTE_USE_EVERY = timedelta(minutes=1)

_NOBODY = key_text.digest("")


class APIKeyManager(models.Manager["APIKey"]):
    @sensitive_variables("text")
    def issue(
        self,
        user: Any,  # of AUTH_USER_MODEL
        name: str,
        *,
        scopes: Iterable[str] = (),
        expires_at: datetime | None = None,
    ) -> tuple[APIKey, str]:
        """Create a key; return its row, and its text, which nothing shows again.

        Raises ValidationError for a name or a scope that a key cannot have.
        """
        scopes = list(scopes)
        for scope in scopes:
            if not is_scope(scope):
                raise ValidationError({"scope": f"{scope!r} is no scope: {RULE}."})
        prefix, text = key_text.new()
        key = self.model(
            user=user,
            name=name,
            prefix=prefix,
            digest=key_text.digest(text),
            scope=" ".join(scopes),
            expires_at=expires_at,
        )
        key.full_clean()
        key.save(using=self._db)
        return key, text

    @sensitive_variables("text")
    def find(self, text: str) -> APIKey | None:
        """Return the key of this text, with its user; None if it is no live key's."""
        prefix = key_text.prefix_of(text)
        if prefix is None:
            return None
        key = self.select_related("user").filter(prefix=prefix).first()
        # Without a row too, so that the time does not tell which prefixes there are.
        is_right = hmac.compare_digest(key_text.digest(text), key.digest if key else _NOBODY)
        return key if key and is_right and key.state() == LIVE else None


class APIKey(models.Model):
    """A key. ``digest`` is the SHA-256 of its text, ``scope`` its scopes with blanks between."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_keys"
    )
    # PostgreSQL stores no NUL.
    name = models.CharField(max_length=100, validators=[ProhibitNullCharactersValidator()])
    prefix = models.CharField(max_length=key_text.PREFIX_LENGTH, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scope = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = APIKeyManager()

    class Meta:
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{key_text.START}{self.prefix}"

    @property
    def scopes(self) -> frozenset[str]:
        """What the key may do."""
        return frozenset(self.scope.split())

    def state(self) -> str:
        """Return LIVE, or why the key lets nobody in."""
        if self.revoked_at is not None:
            return "revoked"
        if self.expires_at is not None and self.expires_at <= timezone.now():
            return "expired"
        return LIVE if self.user.is_active else "user disabled"

    def note_use(self) -> None:
        """Write down that the key was used just now; at most once a minute, one UPDATE.

        Where a transaction is open, under ATOMIC_REQUESTS, it waits for the commit: a row that
        is locked as long as a handler runs would make all requests with this key wait for each
        other. So a request that is rolled back leaves no trace here. A failure is logged alone.
        """
        now = timezone.now()
        if self.last_used_at is not None and self.last_used_at > now - NOTE_USE_EVERY:
            return
        # Asked again by the database: of many requests at once, the first one writes.
        long_ago = Q(last_used_at=None) | Q(last_used_at__lte=now - NOTE_USE_EVERY)

        def write_last_used_at() -> None:
            APIKey.objects.filter(long_ago, pk=self.pk).update(last_used_at=now)

        transaction.on_commit(
            write_last_used_at, using=router.db_for_write(APIKey, instance=self), robust=True
        )

    def revoke(self) -> bool:
        """Let nobody in by this key from now on; return False if it was revoked already."""
        not_yet = APIKey.objects.filter(pk=self.pk, revoked_at=None)
        return bool(not_yet.update(revoked_at=timezone.now()))
