"""Webhooks that come in: who sent them, how long ago, and whether they have come before."""

from __future__ import annotations

from .verification import Delivery as Delivery
from .verification import verify as verify
