"""Show that the number of routes does not matter: python -m benchmarks.resolving

Instructions of one resolve by the root resolver, and time and memory up to the end of the first,
in generated trees of 10 to 10,000 route files.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from benchmarks.callgrind import python, sections
from benchmarks.processes.resolve import RESOLVES
from benchmarks.sites import (
    RESOURCE,
    resource,
    write_django_site,
    write_fileapi_site,
    write_ninja_site,
    write_starlette_site,
)
from benchmarks.tables import table

SIZES = [10, 1_000, 5_000, 10_000]
ROUTERS = {
    "fileapi": write_fileapi_site,
    "django": write_django_site,
    "ninja": write_ninja_site,
    "starlette": write_starlette_site,
}
STARTS = 5

# The bars of a start hold for 5,000 route files, against the smallest tree where it is memory.
BAR = 1.10  # of instructions, against the smallest tree
START_SIZE = 5_000
START_BAR = 250.0  # ms
MEMORY_BAR = 12.0  # MB

MB = 1024 * 1024

Figures = dict[int, dict[str, float]]


def urls(size: int) -> dict[str, str]:
    """Choose a resource in the middle: one that a list is half through with."""
    middle = _middle(size)
    return {
        "static": f"/api/{middle}/search",
        "dynamic": f"/api/{middle}/42/notes/first",
        "miss": f"/api/{middle}/42/nothing",
    }


def _middle(size: int) -> str:
    return resource(size // len(RESOURCE) // 2)


def check(site: Path, size: int) -> None:
    """Refuse to measure where the URLs do not find the routes that they are meant for."""
    middle, paths = _middle(size), urls(size)
    routes = json.loads(python("benchmarks.processes.resolve", "show", *paths.values(), path=site))
    static, dynamic, miss = routes
    if (static, dynamic) != (f"api/{middle}/search", f"api/{middle}/<int:id>/notes/<str:note>"):
        raise SystemExit(f"{size:,} routes: {routes!r} are not the routes of {paths!r}.")
    if miss not in ("", "api/"):
        raise SystemExit(f"{size:,} routes: {paths['miss']} finds {miss!r}.")


def count(site: Path, size: int) -> dict[str, float]:
    check(site, size)
    paths = urls(size)
    counts = sections("benchmarks.processes.resolve", "count", *paths.values(), path=site)
    return {kind: round(n / RESOLVES) for kind, n in zip(paths, counts, strict=True)}


def start(site: Path, size: int) -> dict[str, float]:
    """Return the best time and the median memory of fresh processes, in ms and MB."""
    runs = [
        json.loads(python("benchmarks.processes.resolve", "start", urls(size)["miss"], path=site))
        for _ in range(STARTS + 1)
    ][1:]  # the first one writes bytecode and warms the disk's cache
    return {
        "ms": min(run["seconds"] for run in runs) * 1000,
        "MB": median(run["bytes"] for run in runs) / MB,
    }


def render(counts: Figures) -> str:
    smallest = counts[min(counts)]
    rows = [
        [f"{size:,} routes"]
        + [text for kind, n in kinds.items() for text in (f"{n:,}", f"{n / smallest[kind]:.3f}")]
        for size, kinds in counts.items()
    ]
    heads = [head for kind in smallest for head in (kind, "ratio")]
    return table(["instructions per resolve", *heads], rows)


def render_starts(starts: Figures) -> str:
    least = starts[min(starts)]["MB"]
    rows = [
        [f"{size:,} routes", f"{run['ms']:.1f}", f"{run['MB']:.1f}", f"{run['MB'] - least:+.1f}"]
        for size, run in starts.items()
    ]
    return table(["first resolve", f"ms, best of {STARTS}", "memory, MB", "more, MB"], rows)


def over(counts: Figures, starts: Figures, bar: float) -> Iterator[str]:
    smallest = min(counts)
    for size, kinds in counts.items():
        for kind, n in kinds.items():
            ratio = n / counts[smallest][kind]
            if ratio > bar:
                yield f"{kind} among {size:,} routes: {ratio:.3f} is over the bar of {bar:.3f}."
    if START_SIZE in starts:
        ms = starts[START_SIZE]["ms"]
        if ms > START_BAR:
            yield f"{START_SIZE:,} routes: {ms:.1f} ms are over the bar of {START_BAR:.1f}."
        more = starts[START_SIZE]["MB"] - starts[smallest]["MB"]
        if more > MEMORY_BAR:
            yield f"{START_SIZE:,} routes: {more:.1f} MB are over the bar of {MEMORY_BAR:.1f}."


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--router", choices=ROUTERS, default="fileapi")
    parser.add_argument("--size", type=int, action="append", help=f"instead of {SIZES}")
    parser.add_argument("--bar", type=float, default=BAR, help="highest ratio of instructions")
    parser.add_argument("--counts-only", action="store_true", help="no timings: the same anywhere")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        sites = {size: Path(folder, str(size)) for size in sorted(options.size or SIZES)}
        for size, site in sites.items():
            ROUTERS[options.router](site, size)
        starts = {}
        if not options.counts_only:
            # One at a time and before the counting: these are timings.
            starts = {size: start(site, size) for size, site in sites.items()}
        with ThreadPoolExecutor(max_workers=2) as pool:
            counted = pool.map(count, sites.values(), sites)
            counts = dict(zip(sites, counted, strict=True))

    print(render(counts))
    if starts:
        print("", render_starts(starts), sep="\n")
    if options.json:
        figures = {"instructions": counts, "start": starts}
        options.json.write_text(json.dumps(figures, indent=2) + "\n")
    found = list(over(counts, starts, options.bar)) if options.router == "fileapi" else []
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
