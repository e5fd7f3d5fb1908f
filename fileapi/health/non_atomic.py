"""A view that asks no database before it runs, whatever ``ATOMIC_REQUESTS`` says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connections, transaction

View = TypeVar("View", bound=Callable[..., Any])


def non_atomic(view: View) -> View:
    """Free a view from the transactions of all databases, which a dead one would not begin."""
    for alias in connections:
        transaction.non_atomic_requests(using=alias)(view)
    return view
