"""Of a flood of log-ins few are hashed at once, and every other route goes on answering."""

from __future__ import annotations

import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from .client import JSON, at_once
from .servers import PRODUCTION, Server, manage

# As gunicorn.conf.py has them, and the hash as production has it.
PROXIED = {"WEB_CONCURRENCY": "2", "THREADS": "8", "FILEAPI_TRUSTED_PROXIES": "127.0.0.1"}


@pytest.fixture(scope="module")
def site(server: Any, postgres_url: str) -> Server:
    migrated = manage("migrate", "--verbosity=0", DATABASE_URL=postgres_url)
    assert migrated.returncode == 0, migrated.stderr
    site: Server = server("gunicorn", {"DATABASE_URL": postgres_url, **PRODUCTION, **PROXIED})
    return site


def flood(site: Server, addresses: list[str]) -> tuple[Counter[int], list[float]]:
    """Log in from each address at once; return the statuses, and how long hello took meanwhile."""
    over = Event()

    def log_in(address: str) -> int:
        body = json.dumps({"email": f"{address}@example.com", "password": "a long sentence"})
        headers = {**JSON, "X-Forwarded-For": address}
        return site.ask("POST", "/api/auth/login", body, headers, timeout=60).status

    def hello(_: int) -> list[float]:
        took = []
        while not over.is_set():
            start = time.perf_counter()
            assert site.ask("GET", "/api/hello", timeout=60).status == 200
            took.append(time.perf_counter() - start)
        return took

    with ThreadPoolExecutor(2) as threads:
        asking = [threads.submit(hello, number) for number in range(2)]
        try:
            statuses = Counter(at_once(log_in, addresses))
        finally:
            over.set()
        took = sorted(second for each in asking for second in each.result(timeout=60))
    return statuses, took


FLOODS = {
    "of one address": 100 * ["192.0.2.1"],
    "of 100 addresses": [f"198.51.100.{n}" for n in range(100)],
}


@pytest.mark.parametrize("addresses", FLOODS.values(), ids=FLOODS)
def test_g15_in_a_flood_of_logins_other_routes_answer_within_a_second(
    site: Server, addresses: list[str]
) -> None:
    statuses, took = flood(site, addresses)
    p99 = took[int(0.99 * len(took))]
    print(f"{dict(statuses)}; hello {len(took)} times, p99 {1000 * p99:.0f} ms")
    assert set(statuses) <= {401, 429, 503}
    assert 1 <= statuses[401] < 50  # the others were refused before the hash
    assert len(took) > 50
    assert p99 < 1
    # And who comes after it gets an answer.
    assert flood(site, ["203.0.113.1"])[0] == {401: 1}
