"""A window moves, never overflows, and leaves nothing behind."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fileapi.guards import windows
from fileapi.guards.windows import MemoryWindows

from .limited import Clock

WINDOW = 60  # seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(windows, "monotonic", clock)
    return clock


def held(counted: MemoryWindows) -> int:
    """Return how many keys are in memory."""
    return sum(map(len, counted._windows.values()))


@given(
    limit=st.integers(1, 8),
    # Eighths are exact in binary, so that requests fall on the very edges.
    steps=st.lists(st.sampled_from([0, 0, 0, 1, 8, 80, 472, 479, 480, 481]), max_size=80),
)
def test_h02_no_window_anywhere_holds_more_and_nobody_is_refused_below(
    limit: int, steps: list[int]
) -> None:
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windows, "monotonic", clock)
        counted = MemoryWindows()
        accepted: list[float] = []
        for step in steps:
            clock.now += step / 8
            inside = len(accepted) - bisect_left(accepted, clock.now - WINDOW)
            assert counted.look("k", limit, WINDOW).remaining == limit - inside
            is_allowed = counted.take("k", limit, WINDOW)
            assert is_allowed == (inside < limit)
            if is_allowed:
                accepted.append(clock.now)
                inside += 1
            count = counted.look("k", limit, WINDOW)
            assert count.remaining == limit - inside
            assert count.wait == accepted[-inside] + WINDOW - clock.now
    for start in accepted:
        end = bisect_right(accepted, start + WINDOW)
        assert end - bisect_left(accepted, start) <= limit


def test_h02_the_edge_of_a_fixed_window_lets_nobody_twice_the_number_in(clock: Clock) -> None:
    counted = MemoryWindows()
    clock.now = 10 * WINDOW - 0.5  # half a second before a fixed window would start anew
    before = [counted.take("k", 50, WINDOW) for _ in range(100)]
    clock.now += 1
    after = [counted.take("k", 50, WINDOW) for _ in range(100)]
    assert (before.count(True), after.count(True)) == (50, 0)


def test_what_is_only_looked_at_is_not_counted(clock: Clock) -> None:
    counted = MemoryWindows()
    for _ in range(5):
        assert counted.look("k", 1, WINDOW).remaining == 1
    assert held(counted) == 0
    assert counted.take("k", 1, WINDOW)
    assert counted.look("k", 1, WINDOW).remaining == 0


@pytest.fixture
def impatient() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("impatient")
def test_h01_threads_do_not_slip_past_each_other() -> None:
    counted = MemoryWindows()
    barrier = Barrier(8)

    def take_all(_: int) -> int:
        barrier.wait(timeout=30)
        return sum(counted.take(f"{number}", 1, WINDOW) for number in range(20_000))

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(take_all, range(8))) == 20_000


def test_h06_keys_expire_with_their_window(clock: Clock) -> None:
    counted = MemoryWindows()
    most = 0
    for number in range(100_000):  # 1,000 clients a second, each seen once
        clock.now += 0.001
        counted.take(f"client {number}", 5, 1)
        most = max(most, held(counted))
    assert most == 1001
    clock.now += 2
    for number in range(502):  # each that comes takes two that have gone with it
        counted.take(f"later client {number}", 5, 1)
    assert held(counted) == 502


def test_h06_a_client_that_keeps_coming_holds_its_own_window_alone(clock: Clock) -> None:
    counted = MemoryWindows()
    for _ in range(1000):
        clock.now += 0.5
        counted.take("k", 100, 10)
    assert [len(times) for times in counted._windows[10].values()] == [21]


def test_h06_a_flood_of_addresses_takes_bounded_memory_and_frees_nobody_recent(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert windows.MAX_KEYS == 100_000
    most = 10_000
    monkeypatch.setattr(windows, "MAX_KEYS", most)
    counted = MemoryWindows()
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(2 * most):
            counted.take(f"{number:032x}", 1, 86_400)
        used, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held(counted) == most
    assert used < 500 * most  # so 50 MB at most with the real number
    assert not counted.take(f"{2 * most - 1:032x}", 1, 86_400)
    assert not counted.take(f"{most:032x}", 1, 86_400)


def test_h06_a_flood_does_not_free_a_client_that_came_first_and_comes_again(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "MAX_KEYS", 100)
    counted = MemoryWindows()
    for number in range(1000):
        if number % 50 == 0:
            counted.take("k", 20, WINDOW)
        counted.take(f"other {number}", 20, WINDOW)
    assert not counted.take("k", 20, WINDOW)


def test_h06_a_client_is_kept_until_its_last_request_expires(clock: Clock) -> None:
    counted = MemoryWindows()
    counted.take("k", 2, WINDOW)
    clock.now += WINDOW - 1
    counted.take("k", 2, WINDOW)
    clock.now += 2
    for number in range(10):
        counted.take(f"other {number}", 2, WINDOW)
    assert counted.look("k", 2, WINDOW).remaining == 1
