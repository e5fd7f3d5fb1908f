"""Pages and rows are the same on PostgreSQL: the tests of both run once more, on a server of it."""

from __future__ import annotations

import os
import subprocess
import sys

from .servers import REPOSITORY

TESTS = ["tests/test_pagination.py", "tests/types/test_rows.py"]


def test_pages_and_rows_are_the_same_on_postgresql(postgres_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS],
        cwd=REPOSITORY,
        env={**os.environ, "DATABASE_URL": postgres_url, "DB_POOL": "0"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-5000:]
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
