"""How long a refusal takes tells nothing.

By hand with production's cost, four minutes:
BCRYPT_COST=12 python -m pytest -s tests/project/test_login_timing.py
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import bcrypt
import pytest

from project.accounts.models import User

from .conftest import PASSWORD
from .hashers import QUICK, Quick

TRIES = 200
WITHIN = 1.10  # the slowest median over the quickest


@pytest.fixture(autouse=True)
def _hashes_dominate(settings: Any) -> None:
    settings.PASSWORD_HASHERS = QUICK


def medians(
    forget_counts: Callable[[], None], calls: dict[str, Callable[[int], None]]
) -> list[float]:
    """Call each as often as said, in turn, in another order each time; return the medians.

    In seconds of processor time, so that others who keep the machine busy make no difference.
    """
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
    for number in range(TRIES):
        forget_counts()
        for name in random.sample(list(calls), len(calls)):
            busy, start = time.thread_time(), time.perf_counter()
            calls[name](number)
            took[name].append((time.thread_time() - busy, time.perf_counter() - start))
    found = {
        name: [median(times) for times in zip(*each, strict=True)] for name, each in took.items()
    }
    for name, (busy, passed) in found.items():
        print(f"{name}: {1000 * busy:.2f} ms of the processor, {1000 * passed:.2f} ms")
    return [busy for busy, _ in found.values()]


def are_alike(found: list[float]) -> bool:
    return max(found) < WITHIN * min(found)


def test_g06_a_refused_login_takes_as_long_whoever_it_is_for(
    db: None, forget_counts: Any, log_in: Any
) -> None:
    known = User.objects.create_user("known@example.com", PASSWORD)
    disabled = User.objects.create_user("disabled@example.com", PASSWORD, is_active=False)
    oauth = User.objects.create_user("oauth@example.com", None)
    imported = User.objects.create_user("imported@example.com", None)
    lesser = bcrypt.gensalt(Quick.rounds - 2)
    imported.password = "bcrypt$" + bcrypt.hashpw(PASSWORD.encode(), lesser).decode()
    broken = User.objects.create_user("broken@example.com", None)
    broken.password = "bcrypt_sha256$$2b$04$"
    User.objects.bulk_update([imported, broken], ["password"])

    def refused(email: str, password: str) -> Callable[[int], None]:
        def refused(_: int) -> None:
            assert log_in(email, password).status_code == 401

        return refused

    wrong = "another sentence"
    calls = {user.email: refused(user.email, wrong) for user in (known, disabled, oauth)}
    calls |= {user.email: refused(user.email, wrong) for user in (imported, broken)}
    calls["unknown"] = refused("unknown@example.com", wrong)
    calls["disabled, right password"] = refused(disabled.email, PASSWORD)
    assert are_alike(medians(forget_counts, calls))


def test_g07_registering_an_address_that_is_taken_takes_as_long(
    db: None, forget_counts: Any, call: Any
) -> None:
    User.objects.create_user("known@example.com", PASSWORD)

    def register(email: str, status: int) -> Callable[[int], None]:
        def register(number: int) -> None:
            sent = {"email": email.format(number), "password": PASSWORD}
            assert call("POST", "/api/register", sent).status_code == status

        return register

    calls = {"taken": register("known@example.com", 409), "new": register("new{}@example.com", 201)}
    assert are_alike(medians(forget_counts, calls))
