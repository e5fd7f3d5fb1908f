"""Idempotency keys: an app of its own, for sites with ``Config(idempotent=True)``."""
