"""The text of a token -> its header and payload, once a known key has verified them (RFC 7515)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import jwt
import msgspec

from .errors import InvalidToken
from .keys import Key

MAX_LENGTH = 8192  # characters: as much as gunicorn takes of a header's line

JWS = jwt.PyJWS()


class Header(msgspec.Struct, frozen=True):
    """What is read of a token's header. A key, or the address of one, in it is not."""

    kid: str
    alg: str
    typ: str = ""
    # Extensions that whoever reads the token must know (RFC 7515, 4.1.11; RFC 7797). None is.
    crit: Any = msgspec.UNSET
    b64: Any = msgspec.UNSET


def open_token(token: str, find: Callable[[str], Key | None]) -> tuple[Header, Key, bytes]:
    """Return the header, the key that verified, and the payload.

    ``find`` tells the key of an id. The key says the algorithm, never the token. Raises
    InvalidToken, and what ``find`` raises.
    """
    if len(token) > MAX_LENGTH:
        raise InvalidToken(f"The token has more than {MAX_LENGTH} characters.")
    parts = token.split(".")
    if len(parts) != 3:
        raise InvalidToken("The token has not three parts.")
    try:
        first, payload, signature = map(_decoded, parts)
        header = msgspec.json.decode(first, type=Header)
    except (ValueError, RecursionError):
        raise InvalidToken("The token is malformed.") from None
    if header.crit is not msgspec.UNSET or header.b64 is not msgspec.UNSET:
        raise InvalidToken("The token's header has an extension that is not known.")
    key = find(header.kid)
    if key is None:
        raise InvalidToken("The token's key is not known.")
    signed = token.rpartition(".")[0].encode()
    algorithm = JWS.get_algorithm_by_name(key.algorithm)
    if header.alg != key.algorithm or not algorithm.verify(signed, key.verifies, signature):
        raise InvalidToken("The token's signature is wrong.")
    return header, key, payload


def _decoded(part: str) -> bytes:
    """Return the bytes of base64url. Raises ValueError for any but their one spelling.

    Padding, and bits that the last character has over, would give one token several spellings:
    a list of revoked ones would miss them.
    """
    data = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=") != part.encode():
        raise ValueError("not base64url")
    return data
