"""Who asks, for which host, through which proxies: what a client says of itself is not believed."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.test import RequestFactory

from fileapi.http.client import client_ip, networks, request_id

from .conftest import Wire
from .raw import HOST, Connection, exchange, request

HOSTS = [
    b"evil.example",
    b"127.0.0.1:80@evil",
    b"127.0.0.1\tx",
    b"127.0.0.1, evil.example",
    b"127.0.0.1/x",
    b"127.0.0.1.evil.example",
    b"[::1",
    b"127.0.0.1:port",
    b"",
    b"\xe9",
]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("target", ["/api/health", "/api/echo/request", "/api/nix"])
def test_d09_a_host_that_is_not_allowed_is_400(wire: Wire, host: bytes, target: str) -> None:
    sent = f"GET {target} HTTP/1.1\r\nHost: ".encode() + host + b"\r\n\r\n"
    got = wire.send(sent, wait=5, expect=1)
    assert got.only.status == 400
    assert b"evil" not in got.raw


def test_d09_two_hosts_are_400(wire: Wire) -> None:
    for second in (b"Host: evil.example\r\n", HOST):
        sent = b"GET /api/health HTTP/1.1\r\n" + HOST + second + b"\r\n"
        assert exchange(wire.port, sent, wait=5, expect=1).only.status == 400


SPOOFED = [
    "X-Forwarded-Host: evil.example",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Protocol: ssl",
    "X-Forwarded-Ssl: on",
    "X-Forwarded-Port: 444",
    "X-Forwarded-For: 192.0.2.9",
    "Forwarded: for=192.0.2.9;host=evil.example;proto=https",
    "X-Real-IP: 192.0.2.9",
    "True-Client-IP: 192.0.2.9",
    "CF-Connecting-IP: 192.0.2.9",
    "X-Original-Host: evil.example",
]


@pytest.mark.parametrize("header", SPOOFED)
def test_d10_what_a_stranger_says_of_proxies_is_ignored(wire: Wire, header: str) -> None:
    seen: Any = wire.ask("GET", "/api/echo/request", b"", header).json()
    del seen["id"]
    assert seen == {
        "method": "GET",
        "ip": "127.0.0.1",
        "host": "127.0.0.1",
        "absolute": "http://127.0.0.1/api/echo/request",
    }


UNDERSCORES = ["X_Forwarded_For: 192.0.2.9", "X_User: admin", "X_Request_ID: theirs", "X-A_B: 1"]


@pytest.mark.parametrize("header", UNDERSCORES)
def test_d11_a_header_with_an_underscore_is_dropped(wire: Wire, header: str) -> None:
    seen = wire.ask("GET", "/api/echo/headers", b"", header).json()
    assert {name.lower() for name in seen} <= {"host", "content-type", "content-length"}


def test_d12_a_client_with_another_forwarded_for_each_time_is_one_client(wire: Wire) -> None:
    with Connection(wire.port) as connection:
        seen = {
            connection.ask(
                request("GET", "/api/echo/request", b"", f"X-Forwarded-For: 192.0.2.{number}")
            ).json()["ip"]
            for number in range(180)
        }
    assert seen == {"127.0.0.1"}


PROXY = "10.0.0.1"
FORWARDED: list[tuple[str, str, str | None, str]] = [
    # The peer is no trusted proxy.
    ("", "192.0.2.1", "198.51.100.7", "192.0.2.1"),
    ("10.0.0.0/8", "192.0.2.1", "198.51.100.7", "192.0.2.1"),
    # One hop, two hops, and what stands in front of them.
    ("10.0.0.0/8", PROXY, None, PROXY),
    ("10.0.0.0/8", PROXY, "198.51.100.7", "198.51.100.7"),
    ("10.0.0.0/8", PROXY, "198.51.100.7, 10.0.0.2", "198.51.100.7"),
    ("10.0.0.0/8", PROXY, "1.1.1.1, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
    ("10.0.0.0/8", PROXY, "10.0.0.9, 198.51.100.7", "198.51.100.7"),
    ("10.0.0.0/8", PROXY, "10.0.0.3, 10.0.0.2", "10.0.0.3"),
    # Two headers are joined by the server in their order.
    ("10.0.0.0/8", PROXY, "1.1.1.1,198.51.100.7", "198.51.100.7"),
    # Ports, brackets, IPv6.
    ("10.0.0.0/8", PROXY, "198.51.100.7:4711", "198.51.100.7"),
    ("10.0.0.0/8", PROXY, "[2001:db8::1]:4711", "2001:db8::1"),
    ("10.0.0.0/8", PROXY, "2001:DB8:0::1", "2001:db8::1"),
    ("::1", "::1", "198.51.100.7", "198.51.100.7"),
    ("10.0.0.0/8", "::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
    # Junk is nobody's address.
    ("10.0.0.0/8", PROXY, "unknown", PROXY),
    ("10.0.0.0/8", PROXY, "198.51.100.7, unknown", PROXY),
    ("10.0.0.0/8", PROXY, "fe80::1%eth0", PROXY),
    ("10.0.0.0/8", PROXY, "", PROXY),
    ("10.0.0.0/8", PROXY, ", ,", PROXY),
    ("10.0.0.0/8", PROXY, "127.1", PROXY),
    ("10.0.0.0/8", PROXY, "0300.1.1.1", PROXY),
    ("10.0.0.0/8", PROXY, 10_000 * "x", PROXY),
    ("10.0.0.0/8", PROXY, 5_000 * "10.0.0.2," + "198.51.100.7", "198.51.100.7"),
    ("10.0.0.0/8", "", "198.51.100.7", ""),
    ("10.0.0.0/8", "unix:", "198.51.100.7", "unix:"),
]


@pytest.mark.parametrize(("trusted", "peer", "forwarded", "client"), FORWARDED)
def test_d13_the_client_is_the_last_address_that_no_trusted_proxy_has(
    trusted: str, peer: str, forwarded: str | None, client: str
) -> None:
    django = RequestFactory().get("/", REMOTE_ADDR=peer)
    if forwarded is not None:
        django.META["HTTP_X_FORWARDED_FOR"] = forwarded
    assert client_ip(django, networks(trusted.split())) == client


def test_d15_d16_many_or_large_headers_are_431_on_gunicorn(gunicorn: Wire) -> None:
    for headers in (
        [f"X-{number}: a" for number in range(120)],
        ["X-A: " + 9_000 * "a"],
        10_000 * ["X-A: a"],
    ):
        got = gunicorn.send(request("GET", "/api/health", b"", *headers), wait=5)
        assert (got.statuses, got.closed) == ([431], True)


def test_d16_ten_thousand_headers_of_one_name_are_joined_in_linear_time(wire: Wire) -> None:
    start = time.perf_counter()
    answer = wire.ask("GET", "/api/health", b"", *10_000 * ["X-A: a"])
    assert time.perf_counter() - start < 2
    assert answer.status == (431 if wire.kind == "gunicorn" else 200)


KEPT = ["a", "A-b_c.9", 64 * "a"]
REPLACED = ["", 65 * "a", "a b", "a\tb", "\xe9", "a;b", "a,b", "${jndi:ldap://x}", "a/b", "\u0660"]


def test_d23_a_request_id_is_kept_if_it_is_harmless(wire: Wire) -> None:
    for sent in KEPT:
        got = wire.ask("GET", "/api/echo/request", b"", f"X-Request-ID: {sent}").json()["id"]
        assert got == sent
    for sent in REPLACED:
        line = b"X-Request-ID: " + sent.encode()
        got = wire.ask("GET", "/api/echo/request", b"", line).json()["id"]
        assert re.fullmatch("[0-9a-f]{32}", got)
    assert request_id(RequestFactory().get("/", headers={"x-request-id": "a\nb"})) != "a\nb"


@pytest.mark.parametrize(
    "path", ["%0aFAKE", "%0d%0aFAKE", "%1b[31mFAKE", "%c2%85FAKE", "%e2%80%a8FAKE"]
)
def test_d23_a_request_writes_no_line_of_its_own_into_the_log(wire: Wire, path: str) -> None:
    since = wire.server.output.stat().st_size
    assert wire.ask("GET", f"/api/nix/{path}").status == 404
    printed = wire.server.printed(since)
    assert "FAKE" in printed
    assert not any(line.startswith(("FAKE", "[31m")) for line in printed.splitlines())
    assert "\x1b" not in printed
