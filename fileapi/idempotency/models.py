"""The keys that were sent, and the answers that they have had."""

from __future__ import annotations

from datetime import timedelta

from django.db import connections, models
from django.utils import timezone

LIFETIME = timedelta(hours=24)  # of a key, as Stripe has it


class InProgress(Exception):
    """Another transaction holds the key."""


class IdempotencyKeys(models.QuerySet["IdempotencyKey"]):
    def claim(self, digest: str, fingerprint: str) -> IdempotencyKey:
        """Return the row of a key: one without an answer is this transaction's to give it.

        Nobody else sees that row before the commit, and then it has its answer. Raises InProgress
        where the database can tell that another transaction has the key; SQLite lets it wait.
        """
        connection = connections[self.db]
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # Given back with the transaction, so by a process that dies as well.
                number = int.from_bytes(bytes.fromhex(digest)[:8], signed=True)
                cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
                if not cursor.fetchone()[0]:
                    raise InProgress
        now = timezone.now()
        new = self.model(digest=digest, fingerprint=fingerprint, expires_at=now + LIFETIME)
        # Inserted first: on SQLite a transaction that begins by reading may not write later.
        self.bulk_create([new], ignore_conflicts=True)
        row = self.get(digest=digest)
        if row.answer is None or row.expires_at > now:
            return row
        new.save(using=self.db, force_update=True)
        return new

    def expired(self) -> IdempotencyKeys:
        """Return the rows that no request asks for again."""
        return self.filter(expires_at__lte=timezone.now())


class IdempotencyKey(models.Model):
    """A key that was sent. ``answer`` holds what a StoredAnswer encodes: JSON."""

    digest = models.CharField(max_length=32, primary_key=True)
    fingerprint = models.CharField(max_length=32)
    answer = models.BinaryField(null=True)
    expires_at = models.DateTimeField(db_index=True)

    objects = IdempotencyKeys.as_manager()

    class Meta:
        verbose_name = "idempotency key"

    def __str__(self) -> str:
        return self.digest[:8]
