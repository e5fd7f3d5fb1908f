"""Compare fresh processes up to their first answer: python -m benchmarks.cold_start

fileapi with 100 lazy routes against plain Django with one view. With --lambda both answer an event
of AWS Lambda. Without --counts-only a third imports its 100 routes eagerly.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.callgrind import instructions, python
from benchmarks.sites import resource, write_django_site, write_fileapi_site
from benchmarks.tables import table

SITES: dict[str, tuple[Callable[[Path, int], None], int]] = {
    "django": (write_django_site, 1),
    "fileapi": (write_fileapi_site, 100),
}
# What lazy routes save, shown where a cold start is waited for.
EAGER: dict[str, tuple[Callable[[Path, int], None], int]] = {
    "fileapi, eager": (partial(write_fileapi_site, load="eager"), 100)
}
ROUNDS = 15
BARS = {"first_answer": 1.10, "first_event": 1.15}
PATH = f"/api/{resource(0)}/search"


def count(process: str, sites: dict[str, Path]) -> dict[str, list[float]]:
    with ThreadPoolExecutor(max_workers=2) as pool:
        counts = pool.map(lambda site: instructions(process, PATH, path=site), sites.values())
        return {name: [n] for name, n in zip(sites, counts, strict=True)}


def time_rounds(process: str, sites: dict[str, Path]) -> dict[str, list[float]]:
    """Take turns, so that a slow moment of the machine meets both."""
    rounds: dict[str, list[float]] = {name: [] for name in sites}
    for _ in range(ROUNDS):
        for name, site in sites.items():
            begin = time.perf_counter()
            python(process, PATH, path=site)
            rounds[name].append((time.perf_counter() - begin) * 1000)
    return rounds


def ratio(figures: dict[str, list[float]]) -> float:
    """Return the median of the ratios within rounds."""
    pairs = zip(figures["fileapi"], figures["django"], strict=True)
    return median(fileapi / django for fileapi, django in pairs)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bar", type=float, help="highest ratio, of either figure")
    parser.add_argument(
        "--lambda",
        dest="process",
        action="store_const",
        const="first_event",
        default="first_answer",
        help="answer an event of AWS Lambda",
    )
    parser.add_argument("--counts-only", action="store_true", help="no timings: the same anywhere")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    options = parser.parse_args()

    bar = options.bar or BARS[options.process]
    process = f"benchmarks.processes.{options.process}"
    # The third is to be seen, and no part of the bar.
    contenders = SITES if options.counts_only else {**SITES, **EAGER}

    with tempfile.TemporaryDirectory() as folder:
        sites = {name: Path(folder, name) for name in contenders}
        for name, site in sites.items():
            write, routes = contenders[name]
            write(site, routes)
            python(process, PATH, path=site)  # writes the bytecode, as a deployment does
        figures = {}
        if not options.counts_only:
            figures[f"ms, median of {ROUNDS}"] = time_rounds(process, sites)
        figures["instructions"] = count(process, sites)

    ratios = {kind: ratio(found) for kind, found in figures.items()}
    sizes = {name: routes for name, (_, routes) in contenders.items()}
    heads = [f"{name}, {routes} route{'s' * (routes > 1)}" for name, routes in sizes.items()]
    rows = [
        [kind, *(f"{median(rounds):,.0f}" for rounds in found.values()), f"{ratios[kind]:.3f}"]
        for kind, found in figures.items()
    ]
    print(table([options.process.replace("_", " "), *heads, "fileapi / django"], rows))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")
    over = {kind: found for kind, found in ratios.items() if found > bar}
    for kind, too_much in over.items():
        print(f"{kind}: {too_much:.3f} is over the bar of {bar:.3f}.", file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
