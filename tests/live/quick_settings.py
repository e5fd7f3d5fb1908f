"""The project's settings as they are, but for the time that a password hash takes."""

from __future__ import annotations

from project.settings import *  # noqa: F403

PASSWORD_HASHERS = ["tests.live.quick_hasher.QuickBCrypt"]
