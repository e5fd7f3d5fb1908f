"""What an edit costs the request that comes after it."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from django.test import Client

LIMIT = 50.0  # milliseconds of server work
EDITS = 20

FILES = {
    **{f"{area}/page_{n}.py": "def GET(): return 1" for area in "abcd" for n in range(25)},
    "_middleware.py": "def middleware(req, res, next): return next()",
    "users/[id=int].py": "def GET(id): return id",
    "edited.py": "def GET(): return 'edit --'",
}


def in_place(path: Path, text: str) -> None:
    path.write_text(text)


def replaced(path: Path, text: str) -> None:
    new = path.with_suffix(".new")
    new.write_text(text)
    new.replace(path)


def added(path: Path, text: str) -> None:
    path.with_name(f"added_{time.time_ns()}.py").write_text(text)
    path.write_text(text)


@pytest.fixture(autouse=True)
def _no_old_garbage() -> Iterator[None]:
    """Keep the objects of all other tests out of the collections that fall into a request."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.parametrize("save", [in_place, replaced, added])
def test_an_edit_is_live_after_less_than_50_ms_of_work(
    save: Any,
    settings: Any,
    write_tree: Any,
    mount_tree: Any,
    record_property: Any,
) -> None:
    settings.DEBUG = True
    mounted = mount_tree(write_tree(FILES))
    path = Path(mounted.folder.path()) / "edited.py"
    client = Client()

    def request() -> tuple[float, float, Any]:
        """Return milliseconds of work and of waiting for the answer, and the answer."""
        start, work = time.perf_counter(), time.thread_time()
        answer = client.get("/api/edited")
        worked, elapsed = time.thread_time() - work, time.perf_counter() - start
        return 1000 * worked, 1000 * elapsed, answer.json()

    assert request()[2] == "edit --"
    quiet = [request() for _ in range(EDITS)]
    quiet_work, quiet_wait = median(one[0] for one in quiet), median(one[1] for one in quiet)
    works, waits = [], []
    for number in range(EDITS):
        save(path, f"def GET(): return 'edit {number:02}'")
        work, wait, said = request()
        assert said == f"edit {number:02}"
        works.append(work - quiet_work)
        waits.append(wait - quiet_wait)
    report = (
        f"{save.__name__}: work median {median(works):.2f} ms, max {max(works):.2f} ms; "
        f"wait median {median(waits):.2f} ms, max {max(waits):.2f} ms"
    )
    record_property("edit_to_live", report)
    print(report)
    # Another process may hold this one up at any time, but not at most of the edits.
    assert max(works) < LIMIT
    assert median(waits) < LIMIT
