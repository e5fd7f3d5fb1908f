"""Compare the time of a list of 1,000 rows of the ORM: python -m benchmarks.rows

fileapi against DRF's ModelSerializer and django-ninja, the same fields, in one process, by turns.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.tables import table
from benchmarks.wsgi import answer, environ, site

ROWS = 1_000
ROUNDS = 40
WARM_UP = 3
CASES = ("flat", "nested")
BARS = {"drf": 0.6, "ninja": 0.8}

Times = dict[str, dict[str, float]]


def application() -> Any:
    """Return a site with a database of its own, in memory, with ROWS books."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.rows_site.settings"
    from django.core.management import call_command

    made = site()
    call_command("migrate", run_syncdb=True, verbosity=0)
    from tests.library.models import Author, Book

    author = Author.objects.create(name="An author")
    Book.objects.bulk_create(
        Book(title=f"Book {n}", author=author, price="9.99", pages=n, score=n / 7)
        for n in range(ROWS)
    )
    return made


def ask(site: Any, contender: str, case: str) -> bytes:
    statuses: list[str] = []
    body = answer(site, environ("GET", f"/{contender}/{case}"), lambda *s: statuses.append(s[0]))
    if statuses != ["200 OK"]:
        raise SystemExit(f"{contender} answers {case} with {statuses}.")
    return body


def measure(site: Any, case: str) -> dict[str, float]:
    """Return the median of each contender, in ms. They take turns: a slow moment meets all."""
    names = ["fileapi", *BARS]
    shown = [json.loads(ask(site, name, case)) for name in names]
    if len(shown[0]) != ROWS or any(rows != shown[0] for rows in shown):
        raise SystemExit(f"The contenders do not answer {case} alike.")
    times: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(WARM_UP + ROUNDS):
        for name in names:
            gc.collect()
            begin = time.perf_counter()
            ask(site, name, case)
            spent = (time.perf_counter() - begin) * 1000
            if turn >= WARM_UP:
                times[name].append(spent)
    return {name: median(found) for name, found in times.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the medians there too")
    options = parser.parse_args()
    site = application()
    found: Times = {case: measure(site, case) for case in CASES}
    rows = [
        [case, f"{times['fileapi']:.2f}"]
        + [
            text
            for name in BARS
            for text in (f"{times[name]:.2f}", f"{times['fileapi'] / times[name]:.2f}")
        ]
        for case, times in found.items()
    ]
    print(table([f"{ROWS:,} rows, ms", "fileapi", "drf", "ratio", "ninja", "ratio"], rows))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    over = [
        f"{case}: {times['fileapi'] / times[name]:.2f} of {name} is over the bar of {bar}."
        for case, times in found.items()
        for name, bar in BARS.items()
        if times["fileapi"] / times[name] > bar
    ]
    print("\n".join(over), file=sys.stderr, end="\n" if over else "")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
