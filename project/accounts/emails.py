"""Which email addresses this site takes."""

from __future__ import annotations

from django.core.exceptions import ValidationError


def validate_plain(email: str) -> None:
    """Refuse what two people could read as one address, or two servers as different ones.

    Django takes the dotless i and the Kelvin sign for letters of ASCII, which a database may see
    as the address of somebody else; it also takes quoted names, with control characters in them,
    and numbers of machines.
    """
    if not email.isascii():
        raise ValidationError(
            "Write the address in ASCII, an international domain in its form with xn--.",
            code="invalid",
        )
    if email.startswith('"') or email.endswith("]"):
        raise ValidationError("Enter a valid email address.", code="invalid")
