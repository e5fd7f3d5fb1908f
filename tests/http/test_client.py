"""``req.ip`` and ``req.id``: who is asking, as far as anybody can tell."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from fileapi import conf
from fileapi.config import DEFAULTS
from fileapi.http.request import Request

PEER = "10.0.0.1"
CLIENT = "203.0.113.7"
SPOOFED = "198.51.100.66"


def request(peer: str | None = PEER, forwarded: str | None = None, **headers: str) -> Request:
    if forwarded is not None:
        headers["X-Forwarded-For"] = forwarded
    django = RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)
    if peer is None:
        del django.META["REMOTE_ADDR"]
    return Request(django, {}, DEFAULTS)


@pytest.fixture
def trust(settings: Any) -> Any:
    def trust(*ranges: str) -> None:
        settings.FILEAPI_TRUSTED_PROXIES = list(ranges)

    return trust


def test_D13_without_trusted_proxies_the_peer_is_the_client() -> None:
    assert request(CLIENT).ip == CLIENT
    for forwarded in (SPOOFED, f"{SPOOFED}, {PEER}", "unknown", ""):
        assert request(CLIENT, forwarded).ip == CLIENT


@pytest.mark.parametrize(
    ("ranges", "peer", "forwarded", "ip"),
    [
        # one hop
        (["10.0.0.0/8"], PEER, CLIENT, CLIENT),
        (["10.0.0.0/8"], PEER, f"{SPOOFED}, {CLIENT}", CLIENT),
        (["10.0.0.1"], PEER, f"{SPOOFED},{CLIENT}", CLIENT),
        (["10.0.0.0/8"], PEER, None, PEER),
        # two hops
        (["10.0.0.0/8"], PEER, f"{SPOOFED}, {CLIENT}, 10.0.0.2", CLIENT),
        (["10.0.0.1", "192.0.2.0/24"], PEER, f"{SPOOFED}, {CLIENT}, 192.0.2.9", CLIENT),
        # One hop is trusted and two are there: the second is the client, as far as anybody knows.
        (["10.0.0.1"], PEER, f"{SPOOFED}, {CLIENT}, 10.0.0.2", "10.0.0.2"),
        # all of them are proxies
        (["10.0.0.0/8"], PEER, "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        # the peer is none
        (["10.0.0.0/8"], CLIENT, SPOOFED, CLIENT),
        (["10.0.0.0/8"], "11.0.0.1", SPOOFED, "11.0.0.1"),
        # IPv6
        (["2001:db8::/32"], "2001:db8::1", "2001:4860::8", "2001:4860::8"),
        (["2001:db8::/32"], "2001:db8::1", CLIENT, CLIENT),
        (["::1"], "::1", "[2001:4860::8]:443", "2001:4860::8"),
        (["::1"], "::1", "[2001:4860::8]", "2001:4860::8"),
        # Ports
        (["10.0.0.0/8"], PEER, f"{CLIENT}:51234", CLIENT),
        (["10.0.0.0/8"], f"{PEER}:80", CLIENT, CLIENT),
        # IPv4 in IPv6, as a socket of both kinds tells it
        (["10.0.0.0/8"], f"::ffff:{PEER}", f"::ffff:{CLIENT}", CLIENT),
    ],
)
def test_D13_the_client_is_the_first_from_the_right_that_is_no_trusted_proxy(
    trust: Any, ranges: list[str], peer: str, forwarded: str | None, ip: str
) -> None:
    trust(*ranges)
    assert request(peer, forwarded).ip == ip


JUNK = [
    "unknown",
    "_hidden",
    "",
    " ",
    ",",
    "999.1.1.1",
    "1.2.3",
    "010.1.1.1",
    "1.2.3.4.5",
    "fe80::1%eth0",
    "[fe80::1%25eth0]:80",
    "::ffff:1.2.3.4%1",
    "localhost",
    "<script>",
    "1.2.3.4/8",
    "x" * 10_000,
    "9" * 10_000,
    "\u0661.2.3.4",
]


@pytest.mark.parametrize("junk", JUNK)
def test_D13_what_is_no_address_ends_the_search(trust: Any, junk: str) -> None:
    trust("10.0.0.0/8")
    assert request(PEER, junk).ip == PEER
    assert request(PEER, f"{SPOOFED}, {junk}").ip == PEER
    assert request(PEER, f"{SPOOFED}, {junk}, 10.0.0.2").ip == "10.0.0.2"


def test_D13_ten_kilobytes_of_hops_are_not_walked(trust: Any) -> None:
    trust("10.0.0.0/8")
    assert request(PEER, ", ".join([SPOOFED] + ["10.0.0.2"] * 1000)).ip == "10.0.0.2"
    assert request(PEER, ", ".join([SPOOFED] * 1000 + [CLIENT])).ip == CLIENT


def test_D12_rotating_the_header_does_not_make_another_client(trust: Any) -> None:
    forged = [f"203.0.113.{number}" for number in range(180)]
    assert {request(CLIENT, ip).ip for ip in forged} == {CLIENT}
    trust("10.0.0.0/8")
    assert {request(PEER, f"{ip}, {CLIENT}").ip for ip in forged} == {CLIENT}


def test_D14_an_address_has_one_spelling(trust: Any) -> None:
    trust("10.0.0.0/8")
    spellings = ["2001:db8::1", "2001:DB8:0:0::1", "2001:0db8:0000:0000:0000:0000:0000:0001"]
    assert {request(PEER, spelling).ip for spelling in spellings} == {"2001:db8::1"}
    assert {request(spelling).ip for spelling in spellings} == {"2001:db8::1"}


def test_D11_a_twin_with_underscores_is_no_header(
    api: Any, exchange: Any, trust: Any, mode: str
) -> None:
    """A WSGI server drops it before Django sees it; an ASGI server may not."""
    if mode == "wsgi":
        return
    trust("127.0.0.1")
    api({"a.py": "def GET(req): return req.ip"})
    from django.test import AsyncRequestFactory

    scope = AsyncRequestFactory().get("/api/a").scope
    scope["headers"] = [(b"x_forwarded_for", SPOOFED.encode())]
    from django.core.handlers.asgi import ASGIRequest

    assert Request(ASGIRequest(scope, None), {}, DEFAULTS).ip == "127.0.0.1"


def test_D10_forwarded_hosts_and_schemes_are_not_believed(trust: Any) -> None:
    trust("0.0.0.0/0")
    headers = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Port": "444",
        "Forwarded": f"for={SPOOFED};host=evil.example;proto=https",
        "X-Real-Ip": SPOOFED,
        "Client-Ip": SPOOFED,
    }
    req = request(PEER, **headers)
    assert (req.build_absolute_uri(), req.get_host(), req.scheme, req.ip) == (
        "http://testserver/",
        "testserver",
        "http",
        PEER,
    )


@pytest.mark.parametrize(("peer", "ip"), [(None, ""), ("", ""), ("unix:", "unix:")])
def test_a_server_that_tells_no_address_tells_none(trust: Any, peer: str | None, ip: str) -> None:
    trust("0.0.0.0/0")
    assert request(peer, SPOOFED).ip == ip


@pytest.mark.parametrize(
    "value",
    [
        ["proxy"],
        ["10.0.0.0/33"],
        ["10.0.0.1/8"],  # a slip: the host's bits are set
        [""],
        [None],
        ["10.0.0.0/8", "::1/129"],
        "10.0.0.0/8",
        None,
        5,
        [["10.0.0.0/8"]],
    ],
)
def test_a_setting_that_is_no_list_of_ranges_says_so(settings: Any, value: Any) -> None:
    settings.FILEAPI_TRUSTED_PROXIES = value
    with pytest.raises(ImproperlyConfigured, match="FILEAPI_TRUSTED_PROXIES"):
        conf.trusted_proxies()


def test_the_setting_is_read_anew_when_it_changes(trust: Any) -> None:
    trust("10.0.0.0/8")
    assert request(PEER, CLIENT).ip == CLIENT
    trust("192.0.2.1")
    assert request(PEER, CLIENT).ip == PEER


@pytest.mark.parametrize("sent", ["a", "A-b_c.9", "x" * 64, "7d1f0c4e-1111-4222-8333-444455556666"])
def test_a_harmless_id_that_was_sent_is_kept(sent: str) -> None:
    assert request(**{"X-Request-ID": sent}).id == sent


@pytest.mark.parametrize(
    "sent", ["", "x" * 65, "a b", "a\nb", "a;b", "ä", "<x>", "a/b", "\x1b[31m", "a,b", "\u0663"]
)
def test_D23_another_one_is_replaced(sent: str) -> None:
    found = request(**{"X-Request-ID": sent}).id
    assert (found != sent, len(found), set(found) <= set("0123456789abcdef")) == (True, 32, True)


def test_a_request_keeps_its_id_and_shares_it_with_none(api: Any) -> None:
    served = api(
        {
            "_middleware.py": """
                def middleware(req, res, next):
                    res.set_header("X-Request-ID", req.id)
                    return next()
            """,
            "a.py": "def GET(req): return [req.id, req.id]",
        }
    )
    first, second = served.get("/api/a"), served.get("/api/a")
    assert set(first.json()) == {first.headers["X-Request-ID"]}
    assert set(first.json()) != set(second.json())
    assert served.get("/api/a", headers={"X-Request-ID": "mine"}).json() == ["mine", "mine"]
