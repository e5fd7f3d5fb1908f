"""Inputs that a run of fuzz/ has found."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import BadRequest

from .in_process import Sent, Wsgi

# An RFC 2231 parameter in a charset that Python does not know.
SENT = Sent("POST", "/api/text", headers={"content-type": b"text/plain; a*=8''b"}, body=b"x")


@pytest.mark.xfail(
    raises=(ValueError, BadRequest), reason="Django's request raises it, before any of our code."
)
def test_a_content_type_with_an_unknown_charset_in_a_parameter_is_no_500(
    write_tree: Any, mount_tree: Any
) -> None:
    mount_tree(write_tree({"text.py": "def POST(body):\n    return body\n"}))
    assert Wsgi()(SENT).status in (200, 400, 415)
