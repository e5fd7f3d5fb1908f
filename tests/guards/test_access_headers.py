"""No header but that of an authentication class opens a guard."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.test_source import REVIEWED

from .people import PEOPLE, USE, seen, token

# Headers by which proxies, frameworks and servers name a user, a path or a method, or say that
# somebody else has done the guard's work.
OVERRIDES = """
    X-Middleware-Subrequest X-Middleware-Next X-Middleware-Rewrite X-Middleware-Invoke
    X-Middleware-Set-Cookie X-Middleware-Override-Headers X-Nextjs-Data X-Nextjs-Rewrite
    X-Invoke-Path X-Invoke-Status X-Matched-Path X-Prerender-Revalidate X-Vercel-Protection-Bypass
    X-Fileapi-User X-Fileapi-Skip X-Fileapi-Guard X-Fileapi-Internal X-Fileapi-File
    X-Original-URL X-Rewrite-URL X-Original-URI X-Original-Path X-Override-URL X-Accel-Redirect
    X-Forwarded-Uri X-Forwarded-Prefix X-Forwarded-Path X-Forwarded-Host X-Forwarded-For
    X-Forwarded-Proto X-Forwarded-User X-Forwarded-Email X-Forwarded-Groups Forwarded Via
    X-HTTP-Method-Override X-HTTP-Method X-Method-Override X-Real-IP X-Client-IP True-Client-IP
    X-Cluster-Client-IP X-Originating-IP X-Remote-IP X-Remote-Addr CF-Connecting-IP Client-IP
    X-Custom-IP-Authorization Remote-User X-Remote-User X-User X-User-Id X-Username X-Auth-User
    X-Auth-Request-User X-Webauth-User X-Authenticated-User X-Admin X-Is-Admin X-Role X-Roles
    X-Groups X-Scopes X-Api-Key X-Access-Token X-Auth-Token X-Token X-Internal X-Internal-Request
    X-Debug X-Test X-Bypass X-Skip-Auth X-No-Auth X-Csrftoken X-Csrf-Token X-Requested-With
    X-Amzn-Oidc-Identity X-Amzn-Oidc-Data X-Goog-Authenticated-User-Email X-Ms-Client-Principal
    X-Ms-Client-Principal-Name Tailscale-User-Login Cf-Access-Authenticated-User-Email
    Proxy-Authorization Authentication Upgrade Connection Expect Purpose Sec-Purpose X-Purpose
    Force-Auth-User Force-Auth-Token Dont-Enforce-Csrf-Checks Script-Name Path-Info User Auth
"""
VALUES = ["root", "/api/open", ":".join(5 * ["middleware"])]


def names() -> list[str]:
    """Return the headers of the list, and those that the source of fileapi reads."""
    read = [
        name.removeprefix("HTTP_").replace("_", "-").title()
        for name in REVIEWED
        if name.startswith(("HTTP_", "REMOTE_"))
    ]
    return sorted({*OVERRIDES.split(), *read} - {"Authorization"})


@pytest.fixture
def served(api: Any) -> Any:
    text = f"{USE}config = Config(auth=[Token, Key], permissions=[IsAuthenticated, IsRoot])\n"
    handler = "def handler(): return seen.append('ran')"
    return api({**PEOPLE, "a.py": text + handler, "open.py": "def GET(): return 1"})


def test_a19_no_header_opens_a_guard(served: Any) -> None:
    assert len(names()) > 100
    for name in names():
        for value in VALUES:
            assert (served.get("/api/a", headers={name: value}).status_code, name) == (401, name)
        known = {**token("ann")["headers"], name: "root"}
        assert (served.get("/api/a", headers=known).status_code, name) == (403, name)
    assert "ran" not in seen(served)


def test_a19_all_of_them_at_once_open_no_guard(served: Any) -> None:
    for value in VALUES:
        headers = dict.fromkeys(names(), value)
        for method in ("GET", "HEAD", "POST", "OPTIONS", "DELETE"):
            answer = served.request(method, "/api/a", headers=headers)
            assert answer.status_code in (401, 403)
    assert "ran" not in seen(served)
