from __future__ import annotations

NAME = "shared"
