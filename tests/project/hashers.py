"""Password hashers that take less time, or count."""

from __future__ import annotations

import os

from django.contrib.auth.hashers import (
    BCryptPasswordHasher,
    BCryptSHA256PasswordHasher,
    MD5PasswordHasher,
)

QUICK = ["tests.project.hashers.Quick", "tests.project.hashers.QuickImported"]
COUNTED = ["tests.project.hashers.Counted"]


class Quick(BCryptSHA256PasswordHasher):
    """Two raised to the power of BCRYPT_COST rounds: 6 take 5 ms, production's 12 take 240."""

    rounds = int(os.environ.get("BCRYPT_COST", "6"))


class QuickImported(BCryptPasswordHasher):
    """Plain bcrypt, of hashes from elsewhere."""

    rounds = Quick.rounds


class Counted(MD5PasswordHasher):
    """Says how many hashes were made."""

    made = 0

    def encode(self, password: str, salt: str) -> str:
        Counted.made += 1
        return super().encode(password, salt)
