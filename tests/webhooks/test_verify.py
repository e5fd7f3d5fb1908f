"""verify(): vectors that senders publish, their own packages, and what somebody else may send."""

from __future__ import annotations

import json
import logging
import re
import time
from typing import Any

import pytest
from django.core.cache import cache
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError
from stripe import SignatureVerificationError, WebhookSignature

from fileapi.webhooks.schemes import SCHEMES, Unsigned
from fileapi.webhooks.secrets import keys
from fileapi.webhooks.verification import TOLERANCE, _is_genuine

from .conftest import BODY, SECRETS, SIGNERS, STANDARD, STRIPE, is_refused

OLD = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


@pytest.fixture(params=SIGNERS)
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def at(monkeypatch: pytest.MonkeyPatch, moment: float) -> None:
    monkeypatch.setattr(time, "time", lambda: moment)


def test_the_vector_that_standard_webhooks_publishes(
    receive: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, 1614265330)
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    response = receive("standard", headers, b'{"test": 2432232314}')
    assert response.json() == {
        "id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "sent_at": "2021-02-25T15:02:10Z",
    }
    as_svix = {name.replace("webhook", "svix"): value for name, value in headers.items()}
    cache.clear()
    assert receive("standard", as_svix, b'{"test": 2432232314}').status_code == 200


def test_the_vector_that_github_documents(receive: Any) -> None:
    digest = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    response = receive("github", {"X-Hub-Signature-256": f"sha256={digest}"}, b"Hello, World!")
    # Not JSON: it is refused where somebody reads it as such, and verify() does not.
    assert response.status_code == 200
    assert response.json()["sent_at"] is None


def test_what_each_sender_signs_is_taken_and_named(receive: Any, scheme: str) -> None:
    response = receive(scheme, SIGNERS[scheme](BODY))
    assert response.status_code == 200
    if scheme != "github":
        assert response.json()["id"] == {"stripe": "evt_1", "standard": "msg_1"}[scheme]
        assert response.json()["sent_at"].startswith("20")


def test_another_body_secret_or_scheme_is_refused(receive: Any, scheme: str) -> None:
    sign = SIGNERS[scheme]
    assert is_refused(receive(scheme, sign(BODY), BODY + b" "))
    assert is_refused(receive(scheme, sign(BODY), b""))
    assert is_refused(receive(scheme, sign(BODY, OLD)))
    for other in SIGNERS:
        if other != scheme:
            assert is_refused(receive(scheme, SIGNERS[other](BODY)))
    assert is_refused(receive(scheme, {}))


@pytest.mark.parametrize("scheme", ["stripe", "standard"])
def test_a_message_is_good_for_five_minutes_in_both_directions(receive: Any, scheme: str) -> None:
    now = time.time()
    for ago in (TOLERANCE - 5, 5 - TOLERANCE):
        assert receive(scheme, SIGNERS[scheme](BODY, at=now - ago)).status_code == 200
    for ago in (TOLERANCE + 5, -TOLERANCE - 5, now, -(10**11)):
        assert is_refused(receive(scheme, SIGNERS[scheme](BODY, at=now - ago)))


@pytest.mark.parametrize("scheme", ["stripe", "standard"])
def test_a_message_is_good_once_and_another_try_of_the_sender_is_another_message(
    receive: Any, scheme: str
) -> None:
    now = time.time()
    headers = SIGNERS[scheme](BODY, at=now)
    first = receive(scheme, headers)
    assert first.status_code == 200
    assert is_refused(receive(scheme, headers))
    # Also under another name that says the same.
    if scheme == "stripe":
        again = {"Stripe-Signature": headers["Stripe-Signature"] + ",v1=00,v0=00"}
        assert is_refused(receive(scheme, again))
    tried_again = receive(scheme, SIGNERS[scheme](BODY, at=now + 5))
    assert tried_again.status_code == 200
    assert tried_again.json()["id"] == first.json()["id"]


@pytest.mark.parametrize("scheme", ["stripe", "standard"])
def test_a_message_of_a_clock_ahead_is_remembered_until_it_is_too_old(
    receive: Any, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    headers = SIGNERS[scheme](BODY, at=now + TOLERANCE - 10)
    assert receive(scheme, headers).status_code == 200
    later = now + 2 * TOLERANCE - 15  # still within its time
    monkeypatch.setattr(time, "time", lambda: later)  # the cache's clock too
    assert is_refused(receive(scheme, headers))


def test_what_is_not_genuine_is_not_remembered(receive: Any, scheme: str) -> None:
    headers = SIGNERS[scheme](BODY)
    assert is_refused(receive(scheme, headers, BODY + b"x"))
    assert receive(scheme, headers).status_code == 200


def test_a_delivery_of_githubs_may_come_again_and_has_the_same_id(receive: Any) -> None:
    headers = SIGNERS["github"](BODY)
    first, second = receive("github", headers), receive("github", headers)
    assert (first.status_code, second.status_code) == (200, 200)
    forged = {**headers, "X-GitHub-Delivery": "another one"}
    assert receive("github", forged).json()["id"] == first.json()["id"]
    other = b'{"zen": 1}'
    assert receive("github", SIGNERS["github"](other), other).json()["id"] != first.json()["id"]


def test_while_a_secret_changes_both_are_good(receive: Any, scheme: str) -> None:
    both = [OLD, SECRETS[scheme]]
    for secret in both:
        body = json.dumps({"by": secret}).encode()
        assert receive(scheme, SIGNERS[scheme](body, secret), body, both).status_code == 200


@pytest.mark.parametrize("scheme", ["stripe", "standard"])
def test_of_several_signatures_one_has_to_fit(receive: Any, scheme: str) -> None:
    sign, now = SIGNERS[scheme], time.time()
    name = {"stripe": "Stripe-Signature", "standard": "Webhook-Signature"}[scheme]
    joint = {"stripe": ",", "standard": " "}[scheme]
    good, other = sign(BODY, at=now), sign(BODY, OLD, at=now)
    second = other[name].partition(",")[2] if scheme == "stripe" else other[name]
    junk = {"stripe": "v1=zz,v2=00,v1", "standard": "v1,!! v1a,AAAA v2,AAAA v1"}[scheme]
    headers = {**good, name: joint.join([good[name], second, junk])}
    assert receive(scheme, headers).status_code == 200
    cache.clear()
    headers = {**good, name: joint.join([*([second] * 16), good[name]])}
    if scheme == "standard":
        assert is_refused(receive(scheme, headers))  # sixteen are looked at


MALFORMED = {
    "stripe": [
        {"Stripe-Signature": value}
        for value in ("t=,v1=", "t=1", "v1=00", "t=x,v1=00", "t=1e9,v1=00", "=", ",,", "t", "ä")
    ],
    "github": [
        {"X-Hub-Signature-256": value}
        for value in (
            "",
            "sha256=",
            "sha1=00",
            "00",
            "sha256=" + 64 * "z",
            "sha256=" + 64 * "0",
            "ä",
        )
    ],
    "standard": [
        {"webhook-id": id, "webhook-timestamp": moment, "webhook-signature": signature}
        for id, moment, signature in [
            ("a", "x", "v1,AA=="),
            ("a", "1e9", "v1,AA=="),
            ("a", "-1", "v1,AA=="),
            ("a", "", "v1,AA=="),
            ("a", "9" * 400, "v1,AA=="),
            ("", "1614265330", "v1,AA=="),
            ("a", "1614265330", ""),
            ("a", "1614265330", "v1"),
            ("a", "1614265330", "v1,ä"),
            (300 * "a", "1614265330", "v1,AA=="),
        ]
    ],
}


@pytest.mark.parametrize(
    ("scheme", "number"), [(name, n) for name, each in MALFORMED.items() for n in range(len(each))]
)
def test_headers_that_are_none_are_refused_like_any_others(
    receive: Any, scheme: str, number: int
) -> None:
    assert is_refused(receive(scheme, MALFORMED[scheme][number]))


def test_a_second_time_or_a_dot_in_the_id_moves_no_border_between_the_parts(
    receive: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = int(time.time())
    header = SIGNERS["stripe"](BODY, at=now)["Stripe-Signature"]
    for twice in (f"t={now - 1},{header}", f"{header},t={now - 1}"):
        assert is_refused(receive("stripe", {"Stripe-Signature": twice}))
    body = f"{now}.rest".encode()
    headers = SIGNERS["standard"](body, at=now, id="a")
    moved = {**headers, "Webhook-Id": f"a.{now}"}
    assert is_refused(receive("standard", moved, b"rest"))


def test_the_log_says_why_and_the_sender_is_not_told(
    receive: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "fileapi.webhooks")
    receive("stripe", {})
    receive("stripe", SIGNERS["stripe"](BODY, at=time.time() - 4000))
    receive("stripe", SIGNERS["stripe"](BODY), b"{}")
    said = [
        re.sub(r"400\d s", "4000 s", each.getMessage())
        for each in caplog.records
        if each.name == "fileapi.webhooks"
    ]
    assert said == [
        "A webhook (stripe) is refused: no stripe-signature.",
        "A webhook (stripe) is refused: sent 4000 s ago.",
        "A webhook (stripe) is refused: no signature that fits.",
    ]
    assert STRIPE not in caplog.text


@pytest.mark.parametrize(
    ("scheme", "secret"),
    [
        ("stripe", ""),
        ("stripe", []),
        ("stripe", [STRIPE, ""]),
        ("stripe", [None]),
        ("github", 15 * "x"),
        ("standard", "whsec_"),
        ("standard", "whsec_c2hvcnQ="),
        ("standard", "whsec_no base64 at all, is it not so"),
        ("standard", "whsec_" + 40 * "ä"),
        ("paypal", STRIPE),
    ],
)
def test_a_secret_that_is_none_is_a_bug_of_the_site_and_is_not_shown(
    receive: Any, scheme: str, secret: Any, caplog: pytest.LogCaptureFixture
) -> None:
    response = receive(scheme, SIGNERS["stripe"](BODY), secret=secret or [])
    assert response.status_code == 500
    record = next(each for each in caplog.records if each.name == "django.request")
    assert "secret" in record.getMessage().lower() or "scheme='paypal'" in record.getMessage()
    for each in [secret] if isinstance(secret, str) else secret:
        assert not each or each not in record.getMessage()


def test_while_the_cache_is_down_webhooks_are_put_off(
    receive: Any, settings: Any, scheme: str
) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    response = receive(scheme, SIGNERS[scheme](BODY))
    if scheme == "github":  # remembers nothing
        assert response.status_code == 200
    else:
        assert (response.status_code, response["Retry-After"]) == (503, "1")


# What fileapi says of a header, and what the sender's own package does.


def ours(scheme: str, headers: dict[str, str], body: bytes) -> bool:
    try:
        signed = SCHEMES[scheme].read({k.lower(): v for k, v in headers.items()}, body)
    except Unsigned:
        return False
    fresh = signed.sent_at is not None and abs(time.time() - signed.sent_at) <= TOLERANCE
    return fresh and _is_genuine(signed, keys(SCHEMES[scheme], SECRETS[scheme]))


MUTATIONS = st.lists(st.tuples(st.integers(0, 200), st.sampled_from("01=,. tv1aZ+/-")), max_size=3)


def mutated(text: str, changes: list[tuple[int, str]]) -> str:
    for position, character in changes:
        position %= len(text)
        text = text[:position] + character + text[position + 1 :]
    return text


@settings(deadline=None, max_examples=400)
@given(body=st.text(max_size=60), changes=MUTATIONS, ago=st.sampled_from([0, 250, 900]))
def test_nothing_is_taken_that_stripes_own_package_refuses(
    body: str, changes: list[tuple[int, str]], ago: int
) -> None:
    try:
        data = body.encode()
    except UnicodeEncodeError:
        return
    header = mutated(SIGNERS["stripe"](data, at=time.time() - ago)["Stripe-Signature"], changes)
    try:
        WebhookSignature.verify_header(data, header, STRIPE, TOLERANCE)
        theirs = True
    except SignatureVerificationError:
        theirs = False
    taken = ours("stripe", {"stripe-signature": header}, data)
    assert not (taken and not theirs)
    if not changes:
        assert taken == theirs == (ago < TOLERANCE)


@settings(deadline=None, max_examples=400)
@given(
    body=st.text(max_size=60),
    part=st.sampled_from(["Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"]),
    changes=MUTATIONS,
    ago=st.sampled_from([0, 250, 900]),
)
def test_nothing_is_taken_that_the_reference_of_standard_webhooks_refuses(
    body: str, part: str, changes: list[tuple[int, str]], ago: int
) -> None:
    try:
        data = body.encode()
    except UnicodeEncodeError:
        return
    headers = SIGNERS["standard"](data, at=time.time() - ago)
    headers[part] = mutated(headers[part], changes)
    try:
        Webhook(STANDARD).verify(data, headers, json_parse=False)
        theirs = True
    except (WebhookVerificationError, ValueError):
        theirs = False
    taken = ours("standard", headers, data)
    assert not (taken and not theirs)
    if not changes:
        assert taken == theirs == (ago < TOLERANCE)
