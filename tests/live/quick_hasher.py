from __future__ import annotations

from django.contrib.auth.hashers import BCryptSHA256PasswordHasher


class QuickBCrypt(BCryptSHA256PasswordHasher):
    """Takes a millisecond, so that requests sent at once reach the database at once."""

    rounds = 4
