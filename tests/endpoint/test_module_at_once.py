"""Files that are asked for by many requests at the same time, for the first time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.test import Client

AT_ONCE = 32
TIME_TO_END = 20  # seconds


def together(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Start all calls at the same moment and return what they return."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        barrier.wait(TIME_TO_END)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        futures = [pool.submit(run, call) for call in calls]
        return [future.result(TIME_TO_END) for future in futures]


def getter(url: str) -> Callable[[], tuple[int, Any]]:
    client = Client(raise_request_exception=False)

    def get() -> tuple[int, Any]:
        response = client.get(url)
        return response.status_code, response.json()

    return get


COUNTS_ITS_RUNS = """
    import time
    from . import _runs
    _runs.runs.append(__name__)
    time.sleep(0.05)

    def GET():
        return len(_runs.runs)
"""


@pytest.mark.parametrize("file", ["slow.py", "[id].py", "[...slug].py", "slow.xml.py"])
def test_i11_many_first_requests_run_a_file_once(
    write_tree: Any, mount_tree: Any, file: str
) -> None:
    mount_tree(write_tree({"_runs.py": "runs = []", file: COUNTS_ITS_RUNS}))
    url = "/api/slow.xml" if file == "slow.xml.py" else "/api/slow"
    assert together([getter(url) for _ in range(AT_ONCE)]) == [(200, 1)] * AT_ONCE


def test_many_first_requests_run_a_failing_file_once(write_tree: Any, mount_tree: Any) -> None:
    package = write_tree(
        {
            "_runs.py": "runs = []",
            "slow.py": COUNTS_ITS_RUNS + "\n    raise RuntimeError('broken')",
            "runs.py": "from ._runs import runs\ndef GET(): return len(runs)",
        }
    )
    mount_tree(package)
    answers = together([getter("/api/slow") for _ in range(AT_ONCE)])
    assert {status for status, _ in answers} == {500}
    assert getter("/api/runs")() == (200, 1)


def test_many_first_requests_run_the_middleware_above_a_file_once(
    write_tree: Any, mount_tree: Any
) -> None:
    middleware = COUNTS_ITS_RUNS.replace("GET()", "middleware(req, res, next)").replace(
        "return len(_runs.runs)", "return next()"
    )
    files = {f"route{number}.py": "def GET(): return 'ok'" for number in range(8)}
    package = write_tree(
        {
            **files,
            "_runs.py": "runs = []",
            "_middleware.py": middleware,
            "runs.py": "from ._runs import runs\ndef GET(): return len(runs)",
        }
    )
    mount_tree(package)
    answers = together([getter(f"/api/route{number % 8}") for number in range(AT_ONCE)])
    assert answers == [(200, "ok")] * AT_ONCE
    assert getter("/api/runs")() == (200, 1)


CIRCULAR = """
    import time
    NAME = {own!r}
    time.sleep(0.05)
    from .{other} import NAME as other

    def GET():
        return [NAME, other]
"""


def test_i11_two_files_that_import_each_other_end_under_first_requests_at_once(
    write_tree: Any, mount_tree: Any
) -> None:
    for _ in range(5):  # which of the two is first is up to the threads
        package = write_tree(
            {
                "a.py": CIRCULAR.format(own="a", other="b"),
                "b.py": CIRCULAR.format(own="b", other="a"),
            }
        )
        mount_tree(package)
        answers = together([getter("/api/a"), getter("/api/b")] * 4)
        assert answers == [(200, ["a", "b"]), (200, ["b", "a"])] * 4


def test_i11_a_file_whose_import_lasts_does_not_hold_up_the_others(
    write_tree: Any, mount_tree: Any
) -> None:
    package = write_tree(
        {
            "_gate.py": "import threading\nopened = threading.Event()",
            "lasting.py": f"""
                from ._gate import opened
                opened.wait({TIME_TO_END})
                def GET(): return "at last"
            """,
            "quick.py": "def GET(): return 'quick'",
            "open.py": """
                from ._gate import opened
                def GET():
                    opened.set()
                    return "open"
            """,
        }
    )
    mount_tree(package)
    with ThreadPoolExecutor(1) as pool:
        lasting = pool.submit(getter("/api/lasting"))
        assert getter("/api/quick")() == (200, "quick")
        assert not lasting.done()
        assert getter("/api/open")() == (200, "open")
        assert lasting.result(TIME_TO_END) == (200, "at last")
