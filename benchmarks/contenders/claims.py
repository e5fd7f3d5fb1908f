"""What a token must say, for every contender that decodes it by PyJWT."""

from __future__ import annotations

from typing import Any

OPTIONS: Any = {"require": ["exp", "iat", "sub", "iss", "aud"]}
