"""Inputs that a run of fuzz/ has found."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from .in_process import Asgi, Sent, Wsgi

# An RFC 2231 parameter in a charset that Python does not know.
SENT = Sent("POST", "/api/text", headers={"content-type": b"text/plain; a*=8''b"}, body=b"x")


@pytest.mark.xfail(raises=ValueError, reason="Django's request raises it, before any of our code.")
@pytest.mark.parametrize("server", ["wsgi", "asgi"])
def test_a_content_type_with_an_unknown_charset_in_a_parameter_is_no_500(
    server: str, write_tree: Any, mount_tree: Any
) -> None:
    mount_tree(write_tree({"text.py": "def POST(body):\n    return body\n"}))
    with closing(Asgi()) as asgi:
        answer = {"wsgi": Wsgi(), "asgi": asgi}[server](SENT)
    assert answer.status in (200, 400, 415)
