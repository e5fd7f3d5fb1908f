"""Log-ins and registrations are counted, and few at once, before anything is hashed."""

from __future__ import annotations

import time
from collections import Counter
from threading import BoundedSemaphore
from typing import Any

import pytest

from project.accounts import hashing
from project.accounts.models import User
from tests.live.servers import free_port

from .conftest import EMAIL, PASSWORD
from .hashers import COUNTED, Counted

pytestmark = pytest.mark.django_db

WINDOW = 600  # seconds in which an account has its tries


@pytest.fixture(autouse=True)
def _hashes_are_counted(settings: Any) -> None:
    settings.PASSWORD_HASHERS = COUNTED


@pytest.fixture
def later(monkeypatch: Any) -> Any:
    """Move the clock that windows are measured by."""

    def later(seconds: float) -> None:
        monkeypatch.setattr("fileapi.guards.windows.monotonic", lambda: time.monotonic() + seconds)

    return later


def address(number: int) -> str:
    return f"10.0.{number // 250}.{number % 250}"


def test_g16_one_account_tried_from_1000_addresses_is_hashed_10_times(
    ada: User, log_in: Any
) -> None:
    Counted.made = 0
    tried = Counter(
        log_in(password=f"guess {n}", REMOTE_ADDR=address(n)).status_code for n in range(1000)
    )
    assert tried == {401: 10, 429: 990}
    assert Counted.made == 10


def test_g16_1000_accounts_tried_from_one_address_are_hashed_20_times(log_in: Any) -> None:
    Counted.made = 0
    tried = Counter(log_in(f"{n}@example.com", "a guess").status_code for n in range(1000))
    assert tried == {401: 20, 429: 980}
    assert Counted.made == 20


def test_g16_an_hour_has_room_for_100_of_one_address(log_in: Any, later: Any) -> None:
    tried: Counter[int] = Counter()
    for minute in range(7):
        later(60.001 * minute)
        tried.update(log_in(f"{minute}-{n}@example.com").status_code for n in range(20))
    assert tried == {401: 100, 429: 40}


def test_g16_the_spelling_of_an_account_is_no_account_of_its_own(ada: User, log_in: Any) -> None:
    spellings = [EMAIL, EMAIL.upper(), f" {EMAIL}", f"{EMAIL} ", EMAIL.title(), "aDa@example.COM"]
    tried = Counter(
        log_in(spellings[n % 6], "a guess", REMOTE_ADDR=address(n)).status_code for n in range(30)
    )
    assert tried == {401: 10, 429: 20}


def test_g16_an_attack_does_not_lock_the_owner_out_for_good(
    ada: User, log_in: Any, call: Any, later: Any
) -> None:
    pair = log_in().json()
    later(3 * WINDOW)
    for n in range(50):
        last = log_in(password="a guess", REMOTE_ADDR=address(n))
    # What is refused is not counted: the wait does not grow.
    assert (last.status_code, int(last["Retry-After"]) <= WINDOW + 1) == (429, True)
    # Who is logged in stays so, others are not concerned, and ten minutes later all is well.
    fresh = call("POST", "/api/auth/refresh", {"refresh_token": pair["refresh_token"]})
    assert fresh.status_code == 200
    User.objects.create_user("bob@example.com", PASSWORD)
    assert log_in("bob@example.com").status_code == 200
    later(4 * WINDOW + 1)
    assert log_in().status_code == 200


def test_g15_a_limit_is_asked_before_the_hash_and_tells_when_to_come_back(
    ada: User, log_in: Any, call: Any
) -> None:
    for n in range(20):
        log_in(f"{n}@example.com")
    Counted.made = 0
    refused = log_in()
    assert (refused.status_code, Counted.made) == (429, 0)
    assert 1 <= int(refused["Retry-After"]) <= 61
    assert refused["Content-Type"] == "application/problem+json"
    # Another address, and another route, have counts of their own.
    assert log_in(REMOTE_ADDR="10.0.0.1").status_code == 200
    assert call("POST", "/api/register", {}).status_code == 400


def test_g15_registrations_are_counted_before_the_hash_by_address_and_by_email(call: Any) -> None:
    def register(email: str, n: int) -> int:
        sent = {"email": email, "password": PASSWORD}
        return int(call("POST", "/api/register", sent, REMOTE_ADDR=address(n)).status_code)

    Counted.made = 0
    of_one_address = Counter(register(f"{n}@example.com", 0) for n in range(30))
    assert (of_one_address, Counted.made) == ({201: 20, 429: 10}, 20)
    of_one_email = Counter(register(EMAIL, n) for n in range(1, 111))
    assert (of_one_email, Counted.made) == ({201: 1, 409: 99, 429: 10}, 120)


def test_g15_more_hashes_at_once_than_a_process_has_room_for_are_503(
    ada: User, log_in: Any, call: Any, refused: Any, monkeypatch: Any
) -> None:
    slots = BoundedSemaphore(1)
    monkeypatch.setattr(hashing, "_slots", slots)
    Counted.made = 0
    with slots:
        sent = {"email": EMAIL, "password": PASSWORD}
        busy = (503, "Too many log-ins at once. Try again.", [])
        assert refused("POST", "/api/auth/login", sent) == busy
        assert refused("POST", "/api/register", sent) == busy
        assert log_in()["Retry-After"] == "1"
        assert call("GET", "/api/hello").status_code == 200
    assert Counted.made == 0
    with pytest.raises(RuntimeError), hashing.hashing():
        raise RuntimeError
    # Each gives its place back, also when it fails.
    assert [log_in(password="a guess").status_code for _ in range(3)] == 3 * [401]
    assert [log_in().status_code for _ in range(3)] == 3 * [200]


def test_g15_half_of_the_threads_may_hash() -> None:
    assert hashing._slots._initial_value == 4  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["/api/auth/login", "/api/register"])
def test_h09_while_nothing_can_be_counted_nobody_logs_in_or_registers(
    ada: User, call: Any, settings: Any, path: str
) -> None:
    settings.FILEAPI_RATE_STORE = f"redis://127.0.0.1:{free_port()}/0"  # nobody listens there
    Counted.made = 0
    for value in ({"email": EMAIL, "password": PASSWORD}, {}):  # the second is counted by address
        answer = call("POST", path, value)
        assert (answer.status_code, "Retry-After" in answer, Counted.made) == (503, True, 0)
