"""What PostgreSQL cannot store is nobody's key, and no error."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from .servers import PRODUCTION, Server, manage


@pytest.fixture(scope="module")
def site(server: Any, postgres_url: str) -> Server:
    migrated = manage("migrate", "--verbosity=0", DATABASE_URL=postgres_url)
    assert migrated.returncode == 0, migrated.stderr
    return server("gunicorn", {"DATABASE_URL": postgres_url, **PRODUCTION})


def test_a_session_cookie_with_a_nul_is_no_session(site: Server) -> None:
    answer = site.ask("GET", "/api/auth/me", headers={"Cookie": 'sessionid="aaaaaaaaaa\\000"'})
    assert answer.status == 401


def test_a_name_with_a_nul_is_nobodys(site: Server) -> None:
    name = base64.b64encode(b"a\0b:secret").decode()
    answer = site.ask("GET", "/api/auth/me", headers={"Authorization": f"Basic {name}"})
    assert answer.status == 401
