"""32 clients, and what restarts beneath them. They are refused nothing and lose nothing."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import psycopg
import pytest

from .clients import Clients, asking
from .cluster import Member
from .conftest import FAULT_RESTARTS, FAULT_SECONDS, Site
from .orders import ordering

KILL_EVERY = 5.0  # seconds
BACK = 2.0  # seconds


def stored(site: Site, clients: Clients) -> list[str]:
    """Return the clients' texts in the database, in order."""
    with psycopg.connect(site.database) as connection:
        rows = connection.execute(
            "SELECT text FROM feedback_feedback WHERE text LIKE %s ORDER BY text",
            [f"{clients.mark} %"],
        ).fetchall()
    return [text for (text,) in rows]


def told(clients: Clients, seconds: float) -> str:
    """Return the figures of a run, for docs/operations.md."""
    times = sorted(clients.times)
    at = {part: times[int(len(times) * part)] for part in (0.5, 0.99)}
    return (
        f"{len(times)} requests in {seconds:.0f} s, {len(clients.failures)} failed, "
        f"p50 {at[0.5] * 1000:.0f} ms, p99 {at[0.99] * 1000:.0f} ms, max {times[-1] * 1000:.0f} ms"
    )


def test_32_clients_see_no_error(site: Site) -> None:
    with asking(site.nginx.port) as clients:
        time.sleep(FAULT_SECONDS)
    print(told(clients, FAULT_SECONDS))
    assert clients.failures == []
    assert stored(site, clients) == sorted(clients.created) == sorted(clients.sent)


def kill_a_worker(member: Member) -> Callable[[], bool]:
    """Kill one of its workers; return whether there is a new one in its place."""
    before = member.workers()
    os.kill(before[0], signal.SIGKILL)

    def is_back() -> bool:
        now = member.workers()
        return len(now) == len(before) and before[0] not in now and member.answers()

    return is_back


def kill_all_of_it(member: Member) -> Callable[[], bool]:
    member.kill()
    member.start_again()
    return member.answers


@pytest.mark.parametrize("kill", [kill_a_worker, kill_all_of_it])
def test_i05_of_a_killed_process_only_what_was_in_flight_fails(
    site: Site, kill: Callable[[Member], Callable[[], bool]]
) -> None:
    killed: list[float] = []
    back: list[float] = []
    with asking(site.nginx.port) as clients:
        end = time.monotonic() + FAULT_SECONDS
        time.sleep(1)
        while time.monotonic() < end:
            member = site.members[len(killed) % len(site.members)]
            killed.append(time.monotonic())
            is_back = kill(member)
            while not is_back():
                assert time.monotonic() - killed[-1] < 30, member.printed()
                time.sleep(0.02)
            back.append(time.monotonic() - killed[-1])
            time.sleep(max(0, killed[-1] + KILL_EVERY - time.monotonic()))
    print(
        f"{kill.__name__}: {len(killed)} times, back after {max(back):.2f} s at most;",
        told(clients, time.monotonic() - killed[0]),
    )
    # A GET is asked again elsewhere, unless its answer had begun.
    assert [one for one in clients.failures if one.asked.startswith("GET")] == []
    # 2 workers have 8 threads each; what waits for a thread has been sent as well.
    assert len(clients.failures) <= 32 * len(killed)
    late = [one for one in clients.failures if min(abs(one.at - at) for at in killed) > BACK]
    assert late == []
    if kill is kill_a_worker:
        assert max(back) < BACK
    kept = stored(site, clients)
    assert len(kept) == len(set(kept))
    assert clients.created - set(kept) == set()
    assert set(kept) - clients.sent == set()


def test_h22_i05_with_idempotency_keys_a_killed_process_doubles_no_effect(site: Site) -> None:
    kills = 0
    with ordering(site.nginx.port) as customers:
        end = time.monotonic() + FAULT_SECONDS
        while time.monotonic() < end:
            time.sleep(KILL_EVERY / 4)
            os.kill(site.members[kills % len(site.members)].workers()[0], signal.SIGKILL)
            kills += 1
    print(f"{kills} kills, {len(customers.done)} orders, {customers.tried_again} tries again")
    with psycopg.connect(site.database) as connection:
        rows = connection.execute(
            "SELECT item FROM orders_order WHERE item LIKE %s ORDER BY item",
            [f"{customers.mark} %"],
        ).fetchall()
    assert customers.given_up == []
    assert [item for (item,) in rows] == sorted(customers.done)


def test_rolling_restarts_fail_no_request(site: Site) -> None:
    start = time.monotonic()
    with asking(site.nginx.port) as clients:
        for number in range(FAULT_RESTARTS):
            member = site.members[number % len(site.members)]
            assert member.stop() == 0, member.printed()
            member.start_again()
            member.wait_until_ready()
    print(f"{FAULT_RESTARTS} restarts;", told(clients, time.monotonic() - start))
    assert clients.failures == []
    assert stored(site, clients) == sorted(clients.created) == sorted(clients.sent)
