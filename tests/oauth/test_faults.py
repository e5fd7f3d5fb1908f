"""Providers that fail: an answer in five seconds, nothing half done, and nothing told."""

from __future__ import annotations

import logging
import socket
import ssl
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import requests
from django.core.exceptions import ImproperlyConfigured
from joserfc.jwk import KeySet

from project.accounts.models import User
from project.oauth import openid, providers, transport
from project.oauth.models import Identity, PendingLogin
from project.oauth.providers import Provider
from tests.live.client import at_once

from .certificate import self_signed
from .conftest import SECRET, Browser, options, parameters
from .faulty import ACCESS_TOKEN, REFRESH_TOKEN, Answer, Faulty, send, send_json, sign

pytestmark = pytest.mark.django_db

METADATA = "/.well-known/openid-configuration"
LIMIT = 5.0  # seconds, of the whole request
TEN_MEGABYTES = 10_000_000


def hangs(to: BaseHTTPRequestHandler) -> None:
    _over(to).wait(10)


def drips(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.send_header("Content-Length", "1000")
    to.end_headers()
    _drip(to, b"{" + b" " * 999)


def drips_headers(to: BaseHTTPRequestHandler) -> None:
    _drip(to, b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1000)


def _drip(to: BaseHTTPRequestHandler, data: bytes) -> None:
    for byte in data:
        to.wfile.write(bytes([byte]))
        if _over(to).wait(0.05):
            return


def _over(to: BaseHTTPRequestHandler) -> Event:
    return to.server.over  # type: ignore[attr-defined, no-any-return]


def is_large(to: BaseHTTPRequestHandler) -> None:
    body = b'{"a": "' + b"x" * TEN_MEGABYTES + b'"}'
    send(to, 200, body, "application/json")


def is_endless(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.end_headers()
    for _ in range(TEN_MEGABYTES // 1000):
        to.wfile.write(b" " * 1000)


def has_endless_headers(to: BaseHTTPRequestHandler) -> None:
    for _ in range(TEN_MEGABYTES // 1000):
        to.wfile.write(b"HTTP/1.1 100 Continue\r\nX: " + b"x" * 970 + b"\r\n\r\n")


def hangs_up(to: BaseHTTPRequestHandler) -> None:
    to.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")


def is_not_http(to: BaseHTTPRequestHandler) -> None:
    to.wfile.write(b"220 mail.example ESMTP\r\n" * 10)


def says(status: int, body: bytes, kind: str = "application/json", **headers: str) -> Answer:
    return lambda to: send(to, status, body, kind, **headers)


LINK_LOCAL = "http://169.254.169.254/latest/meta-data/"
FAULTS: dict[str, tuple[Answer, int]] = {
    "500": (says(500, b"{}"), 502),
    "503 of a gateway": (says(503, b"<html>", "text/html"), 502),
    "HTML": (says(200, b"<!doctype html><title>Hi</title>", "text/html"), 502),
    "nothing": (says(200, b""), 502),
    "a list": (says(200, b"[]"), 502),
    "a text": (says(200, b'"text"'), 502),
    "an empty object": (says(200, b"{}"), 502),
    "deep JSON": (says(200, b"[" * 500_000), 502),
    "a long number": (says(200, b'{"a": ' + b"9" * 500_000 + b"}"), 502),
    "no UTF-8": (says(200, b"\xff" * 500_000), 502),
    "a redirect": (says(302, b"", Location=LINK_LOCAL), 502),
    "a redirect that keeps the body": (says(307, b"", Location=LINK_LOCAL), 502),
    "204": (says(204, b""), 502),
    "10 MB": (is_large, 502),
    "no end": (is_endless, 502),
    "no end of headers": (has_endless_headers, 502),
    "half an answer": (hangs_up, 502),
    "no HTTP": (is_not_http, 502),
    "a hang": (hangs, 504),
    "a slow drip": (drips, 504),
    "a slow drip of headers": (drips_headers, 504),
}


@pytest.fixture
def quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less than production does for what never comes."""
    fault = getattr(request.node, "callspec", None) and request.getfixturevalue("fault")
    if fault is None or FAULTS[fault][1] == 504:
        monkeypatch.setattr(transport, "SECONDS", 0.5)


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    started = time.monotonic()
    answer = call()
    return answer, time.monotonic() - started


def is_refused(answer: Any, status: int) -> None:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == (
        "The login provider does not answer as it should. Try again."
    )


def started(faulty: Faulty, browser: Browser, **claims: Any) -> str:
    """Start a login that is right so far; return where the browser comes back."""
    faulty.metadata["userinfo_endpoint"] = f"{faulty.issuer}/userinfo"
    faulty.answers.setdefault("/userinfo", lambda to: send_json(to, {"sub": "ada"}))
    sent = parameters(browser.start("faulty"))
    faulty.id_token = sign(faulty.claims(nonce=sent["nonce"], **claims))
    return f"/api/auth/faulty/callback?state={sent['state']}&code=canary-code"


@pytest.mark.parametrize("fault", FAULTS)
def test_g26_a_fault_of_the_metadata_ends_a_login_that_starts(
    faulty: Faulty, fault: str, quick: None
) -> None:
    faulty.answers[METADATA], status = FAULTS[fault]
    browser = Browser()
    answer, seconds = timed(lambda: browser.client.get("/api/auth/faulty/login"))
    is_refused(answer, status)
    assert seconds < LIMIT
    assert faulty.asked == [METADATA]  # a redirect was not followed
    assert not PendingLogin.objects.exists()


@pytest.mark.parametrize("path", ["/token", "/jwks", "/userinfo"])
@pytest.mark.parametrize("fault", FAULTS)
def test_g26_a_fault_when_the_browser_comes_back_leaves_nothing(
    faulty: Faulty, fault: str, path: str, quick: None
) -> None:
    browser = Browser()
    target = started(faulty, browser, email=None)
    right = faulty.answers[path]
    faulty.answers[path], status = FAULTS[fault]
    answer, seconds = timed(lambda: browser.back(target))
    is_refused(answer, status)
    assert seconds < LIMIT
    assert faulty.asked[-1] == path
    assert browser.user_id is None
    assert not User.objects.exists()
    assert not Identity.objects.exists()
    faulty.answers[path] = right
    assert browser.back(started(faulty, browser, email=None)).status_code == 303  # it is over


@pytest.mark.parametrize("path", [METADATA, "/jwks", "/userinfo"])
@pytest.mark.parametrize("status", [201, 403, 404])
def test_g26_what_comes_with_an_error_is_not_read(faulty: Faulty, path: str, status: int) -> None:
    browser = Browser()
    target = started(faulty, browser, email=None)
    bodies = {METADATA: faulty.metadata, "/userinfo": {"sub": "ada"}}
    keys = KeySet(faulty.keys).as_dict(private=False)
    faulty.answers[path] = lambda to: send_json(to, bodies.get(path, keys), status)
    openid.discovery.forget()
    is_refused(browser.back(target), 502)


@pytest.mark.parametrize("fault", ["a hang", "a slow drip"])
def test_g26_as_production_waits(faulty: Faulty, fault: str) -> None:
    faulty.answers[METADATA], _ = FAULTS[fault]
    answer, seconds = timed(lambda: Browser().client.get("/api/auth/faulty/login"))
    is_refused(answer, 504)
    assert 3.5 < seconds < LIMIT


def test_g26_all_calls_of_a_request_have_one_deadline(
    faulty: Faulty, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser()
    target = started(faulty, browser)
    monkeypatch.setattr("project.oauth.discovery._kept", {})
    for path, answer in list(faulty.answers.items()):
        faulty.answers[path] = _late(answer)
    answer, seconds = timed(lambda: browser.back(target))
    is_refused(answer, 504)
    assert 3.5 < seconds < LIMIT
    assert faulty.asked[-3:] == [METADATA, "/token", "/jwks"]


def _late(answer: Answer) -> Answer:
    def send_late(to: BaseHTTPRequestHandler) -> None:
        _over(to).wait(1.5)
        answer(to)

    return send_late


@pytest.mark.parametrize("fault", ["10 MB", "no end", "no end of headers"])
def test_g26_no_more_than_a_megabyte_is_read(
    faulty: Faulty, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[int] = []
    read = transport._Socket.readinto

    def counting(self: Any, buffer: Any) -> int:
        count = read(self, buffer)
        counts.append(count)
        return count

    monkeypatch.setattr(transport._Socket, "readinto", counting)
    faulty.answers[METADATA], _ = FAULTS[fault]
    is_refused(Browser().client.get("/api/auth/faulty/login"), 502)
    assert 500_000 < sum(counts) <= transport.MAX_ANSWER


def test_g26_an_answer_of_just_under_a_megabyte_is_read(faulty: Faulty) -> None:
    faulty.metadata["x"] = "x" * (transport.MAX_ANSWER - 2000)
    assert Browser().start("faulty")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_g26_a_redirect_is_not_followed_wherever_it_leads(faulty: Faulty, status: int) -> None:
    with Faulty() as trap:
        browser = Browser()
        target = started(faulty, browser)
        faulty.answers["/token"] = says(status, b"", Location=f"{trap.issuer}/token")
        is_refused(browser.back(target), 502)
        faulty.answers[METADATA] = says(status, b"", Location=f"{trap.issuer}{METADATA}")
        openid.discovery.forget()
        is_refused(browser.client.get("/api/auth/faulty/login"), 502)
        assert trap.asked == []


@pytest.mark.parametrize(
    ("error", "status"),
    [("invalid_grant", 400), ("x" * 5000, 400), ("invalid_client", 502), ("server_error", 502)],
)
def test_g26_an_error_of_the_token_endpoint_is_quoted_nowhere(
    faulty: Faulty, error: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    problem = {"error": error, "error_description": "canary-description", "id_token": "a.b.c"}
    faulty.answers["/token"] = lambda to: send_json(to, problem, 400)
    browser = Browser()
    answer = browser.back(started(faulty, browser))
    assert answer.status_code == status
    assert "canary-description" not in answer.content.decode() + caplog.text


def test_g26_a_provider_that_is_not_there_is_502(
    faulty: Faulty, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        issuer = f"http://127.0.0.1:{closed.getsockname()[1]}"
        settings.OAUTH_PROVIDERS = {"gone": options("gone", issuer)}
        answer, seconds = timed(lambda: Browser().client.get("/api/auth/gone/login"))
    is_refused(answer, 502)
    assert seconds < 1
    assert "<Provider gone>: ConnectionRefusedError" in caplog.text


def test_g26_a_name_that_nobody_resolves_in_time_is_504(
    settings: Any, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = Event()
    # A resolver that hangs cannot be had without the rights of the machine.
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [over.wait(10)][:0])
    settings.OAUTH_PROVIDERS = {"slow": options("slow", "https://slow.invalid")}
    answer, seconds = timed(lambda: Browser().client.get("/api/auth/slow/login"))
    over.set()
    is_refused(answer, 504)
    assert seconds < 2


def test_g26_a_name_that_is_none_is_502(settings: Any) -> None:
    settings.OAUTH_PROVIDERS = {"none": options("none", f"https://{'a' * 64}.invalid")}
    is_refused(Browser().client.get("/api/auth/none/login"), 502)


def test_g26_a_certificate_of_nobody_is_502(
    faulty: Faulty, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    faulty.server.socket = context.wrap_socket(faulty.server.socket, server_side=True)
    issuer = faulty.issuer.replace("http:", "https:")
    settings.OAUTH_PROVIDERS = {"tls": options("tls", issuer)}
    is_refused(Browser().client.get("/api/auth/tls/login"), 502)
    assert "SSLCertVerificationError" in caplog.text
    assert faulty.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/",
        "http://example.com/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "https://user:secret@example.com/",
        "https://example.com:x/",
        "https://exämple.com/",
        "https://example.com\\@evil.example/",
        "https://example.com/\\",
        "https:///",
        "https://example.com/\r\nX: y",
        "//example.com",
        None,
        ["https://example.com/"],
    ],
)
@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_g26_an_endpoint_that_is_not_https_is_not_asked(
    faulty: Faulty, name: str, url: object
) -> None:
    faulty.metadata[name] = url
    is_refused(Browser().client.get("/api/auth/faulty/login"), 502)
    assert faulty.asked == [METADATA]


def test_an_authorization_endpoint_keeps_its_own_query(faulty: Faulty) -> None:
    faulty.metadata["authorization_endpoint"] = "https://example.com/go?a=%zz&b=<#c"
    url = Browser().start("faulty")
    assert url.startswith("https://example.com/go?a=%25zz&b=%3C&")
    assert url.endswith("#c")
    assert parameters(url)["client_id"] == "site-at-faulty"


@pytest.mark.parametrize("methods", [5, "client_secret_post", {}, [5]])
def test_g26_methods_of_the_token_endpoint_that_are_none_are_taken_for_the_default(
    faulty: Faulty, methods: object
) -> None:
    faulty.metadata["token_endpoint_auth_methods_supported"] = methods
    browser = Browser()
    assert browser.back(started(faulty, browser)).status_code == 303
    assert "Authorization" in faulty.sent[faulty.asked.index("/token")]


@pytest.mark.parametrize("url", ["http://169.254.169.254/", "no URL", "https://a..b/", 5, ["x"]])
def test_g26_userinfo_that_is_not_https_is_not_asked(faulty: Faulty, url: object) -> None:
    browser = Browser()
    faulty.metadata["userinfo_endpoint"] = url
    sent = parameters(browser.start("faulty"))
    faulty.id_token = sign(faulty.claims(nonce=sent["nonce"], email=None))
    is_refused(browser.back(f"/api/auth/faulty/callback?state={sent['state']}&code=a"), 502)


def test_g26_only_a_provider_of_this_machine_is_asked_without_tls() -> None:
    outside = Provider("a", "https://acme.example", "id", "secret")
    inside = Provider("b", "http://localhost:9000", "id", "secret")
    assert not outside.trusts("http://127.0.0.1:9000/token")
    assert inside.trusts("http://127.0.0.1:9000/token")
    assert not inside.trusts("http://acme.example/token")
    with Faulty() as trap:
        client = openid.Client(outside, "https://site.example/", transport.Deadline())
        with pytest.raises(transport.ProviderFault):
            client.session.get(f"{trap.issuer}{METADATA}", withhold_token=True)
        assert trap.asked == []


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:1", None, ["x"]])
def test_g26_metadata_of_another_issuer_is_502_and_not_kept(faulty: Faulty, issuer: object) -> None:
    right = faulty.metadata["issuer"]
    faulty.metadata["issuer"] = issuer
    is_refused(Browser().client.get("/api/auth/faulty/login"), 502)
    faulty.metadata["issuer"] = right
    assert Browser().start("faulty")


@pytest.mark.parametrize(
    "keys",
    [None, {}, [], [None], ["x"], [{"kty": "RSA"}], [{"kty": "x"}], [{"kty": "RSA", "n": 1}]],
)
def test_g26_keys_that_are_none_are_502(faulty: Faulty, keys: object) -> None:
    faulty.answers["/jwks"] = lambda to: send_json(to, {"keys": keys})
    browser = Browser()
    is_refused(browser.back(started(faulty, browser)), 502)


@pytest.mark.parametrize(
    "changes",
    [
        {"id_token": None},
        {"id_token": 1},
        {"id_token": ["a.b.c"]},
        {"expires_in": "soon"},
        {"expires_in": [1]},
        {"access_token": None, "id_token": None},
    ],
    ids=str,
)
def test_g26_a_token_that_is_none_is_502(faulty: Faulty, changes: dict[str, Any]) -> None:
    browser = Browser()
    target = started(faulty, browser)
    faulty.answers["/token"] = lambda to: send_json(to, {**faulty.token(), **changes})
    is_refused(browser.back(target), 502)


def test_g26_a_token_of_a_minute_is_good_for_userinfo(faulty: Faulty) -> None:
    browser = Browser()
    target = started(faulty, browser, email=None)
    faulty.answers["/token"] = lambda to: send_json(to, {**faulty.token(), "expires_in": 1})
    assert browser.back(target).status_code == 303
    assert faulty.sent[-1]["Authorization"] == f"Bearer {ACCESS_TOKEN}"


def test_g26_providers_that_hang_hold_four_threads_and_no_more(
    faulty: Faulty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openid, "PATIENCE", 0.2)
    monkeypatch.setattr(transport, "SECONDS", 2.0)
    faulty.answers[METADATA] = hangs
    provider = providers.find("faulty")

    def ask(_: int) -> tuple[int, float]:
        def start() -> int:
            try:
                with openid.client(provider, "https://site.example/") as client:
                    _ = client.metadata
            except transport.HttpError as error:
                return error.status
            return 200

        return timed(start)

    found = at_once(ask, range(12))
    assert all(seconds < 2.5 for _, seconds in found)  # the wait for a thread's turn included
    assert sorted(status for status, _ in found) == [503] * 8 + [504] * 4
    assert all(seconds < 1.5 for status, seconds in found if status == 503)
    faulty.answers[METADATA] = lambda to: send_json(to, faulty.metadata)
    assert Browser().start("faulty")  # every slot was given back


def test_g26_a_login_tells_no_secret_to_the_log(
    faulty: Faulty, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], quick: None
) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = [SECRET, ACCESS_TOKEN, REFRESH_TOKEN, "canary-code"]
    bodies: list[str] = []
    for path, fault in [
        ("", ""),
        *((path, fault) for path in ("/token", "/jwks") for fault in FAULTS),
    ]:
        right = faulty.answers.get(path, hangs)
        browser = Browser()
        target = started(faulty, browser)
        told += [parameters(target)["state"], faulty.id_token]
        told += PendingLogin.objects.values_list("verifier", "nonce").get()
        if path:
            faulty.answers[path] = FAULTS[fault][0]
            openid.discovery.forget()
        bodies.append(browser.back(target).content.decode())
        PendingLogin.objects.all().delete()
        if path:
            faulty.answers[path] = right
    out, err = capfd.readouterr()
    everything = "\n".join([caplog.text, out, err, *bodies])
    assert "<Provider faulty>: status 500" in everything
    assert [secret for secret in told if secret in everything] == []


def test_g26_what_is_stored_of_a_login_is_no_token(faulty: Faulty) -> None:
    browser = Browser()
    assert browser.back(started(faulty, browser)).status_code == 303
    stored = str([*Identity.objects.values(), *User.objects.values(), dict(browser.client.session)])
    for token in (ACCESS_TOKEN, REFRESH_TOKEN, faulty.id_token, SECRET):
        assert token not in stored


def test_no_proxy_and_no_password_of_the_environment_is_used(
    faulty: Faulty, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login ada password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with Faulty() as trap:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, trap.issuer)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert requests.utils.get_environ_proxies(faulty.issuer)
        assert requests.utils.get_netrc_auth(faulty.issuer)
        assert Browser().start("faulty")
        assert trap.asked == []
    assert "Authorization" not in faulty.sent[0]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"issuer": "http://acme.example"}, "is no https:// URL"),
        ({"issuer": ""}, "issuer is empty"),
        ({"client_secret": ""}, "client_secret is empty"),
        ({"scope": "email"}, "lacks 'openid'"),
        ({"isuer": "x"}, "unknown field"),
    ],
)
def test_a_provider_that_cannot_be_used_is_refused_at_the_start(
    settings: Any, changes: dict[str, str], fault: str
) -> None:
    settings.OAUTH_PROVIDERS = {"acme": {**options("acme", "https://acme.example"), **changes}}
    with pytest.raises(ImproperlyConfigured, match=fault) as refused:
        providers.configured()
    assert SECRET not in str(refused.value)


def test_a_provider_shows_no_secret() -> None:
    assert "secret" not in repr(Provider("a", "https://acme.example", "id", "secret"))
