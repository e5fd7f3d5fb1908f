"""Write docs/performance.md and its plots: python -m benchmarks.race.report

Every figure is read from benchmarks/results/, where the measurements leave them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import geometric_mean, median
from string import Template
from typing import Any

from benchmarks.instructions import MEAN, part

PROJECT = Path(__file__).resolve().parents[2]
RESULTS = PROJECT / "benchmarks" / "results"
DOCS = PROJECT / "docs"
TEMPLATE = Path(__file__).with_name("performance.md")

NAMES = {
    "fileapi_site": "fileapi",
    "fileapi_stock": "fileapi, Django's handler",
    "django_view": "Django view",
    "ninja_site": "django-ninja",
    "drf_site": "DRF",
    "floor": "floor",
}
# What is asked of each: of these contenders, at most this part of the instructions.
GOALS = {
    "mean": {"django_view": 0.88, "ninja_site": 0.72, "drf_site": 0.52},
    "typed": {"django_view": 0.85, "ninja_site": 0.50, "drf_site": 0.26},
    "rows": {"django_view": 0.75, "ninja_site": 0.25, "drf_site": 0.25},
    "listing": {"django_view": 0.35},
}
# The same three as of the instructions, but that the race has one POST alone, with validation.
SMALL = ("hello", "user", "typed")
# End to end, at least this many times the requests of the peer.
RACE_GOALS = {
    "Django view": 1.0,
    "django-ninja": 1.12,
    "DRF": 1.4,
    "Next.js pages/api": 1.3,
    "Next.js handlers": 2.5,
    "FastAPI": 1.0,
}

Rows = Iterable[Sequence[str]]


def markdown(heads: Sequence[str], rows: Rows) -> str:
    """Return a table, figures to the right."""
    lines = ["| " + " | ".join(heads) + " |", "|---|" + "--:|" * (len(heads) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def read(name: str) -> Any:
    """Return the figures of one measurement."""
    return json.loads((RESULTS / f"{name}.json").read_text())


def ratios(rates: dict[str, list[float]], peer: str) -> list[float]:
    """Return how many times a peer's requests ours are, round by round."""
    return [ours / theirs for ours, theirs in zip(rates["fileapi"], rates[peer], strict=True)]


def race_table(race: dict[str, Any]) -> str:
    peers = list(race["peers"])
    rows = [
        [case, *(f"{median(rates[peer]):,.0f}" for peer in peers)]
        for case, rates in race["rates"].items()
    ]
    return markdown(["requests a second, median", *peers], rows)


def ratio_table(race: dict[str, Any]) -> str:
    others = [peer for peer in race["peers"] if peer != "fileapi"]
    rows = []
    for case, rates in race["rates"].items():
        found = {peer: ratios(rates, peer) for peer in others}
        cells = [f"{median(r):.2f} ({min(r):.2f} to {max(r):.2f})" for r in found.values()]
        rows.append([case, *cells])
    for label, cases in (("of hello, user, typed", SMALL), ("of all", tuple(race["rates"]))):
        means = [mean_ratio(race, peer, cases) for peer in others]
        rows.append([f"**geometric mean {label}**", *(f"**{mean:.2f}**" for mean in means)])
    rows.append(["goal", *(f"{RACE_GOALS[peer]:.2f}" for peer in others)])
    return markdown(["fileapi, times the peer", *others], rows)


def mean_ratio(race: dict[str, Any], peer: str, cases: tuple[str, ...]) -> float:
    return geometric_mean(median(ratios(race["rates"][case], peer)) for case in cases)


def server_table(race: dict[str, Any]) -> str:
    cases = list(race["servers"])
    names = list(race["servers"][cases[0]])
    rows = [
        [name, *(f"{median(race['servers'][case][name]):,.0f}" for case in cases)] for name in names
    ]
    return markdown(["requests a second, median", *cases], rows)


def instruction_table(counts: dict[str, dict[str, int]]) -> str:
    names = [name for name in NAMES if name in counts]
    rows = [
        [case, *(f"{counts[name][case]:,}" for name in names)] for case in counts["django_view"]
    ]
    return markdown(["instructions a request", *(NAMES[name] for name in names)], rows)


def goal_table(counts: dict[str, dict[str, int]]) -> str:
    rows = []
    for what, goals in GOALS.items():
        cases = MEAN if what == "mean" else (what,)
        for name, goal in goals.items():
            ratio = part(counts, cases, name)
            floor = geometric_mean(counts["floor"][case] / counts[name][case] for case in cases)
            kept = "yes" if ratio <= goal else f"no, by {ratio - goal:.3f}"
            label = ", ".join(cases)
            rows.append(
                [f"{label}, of {NAMES[name]}", f"{floor:.3f}", f"{ratio:.3f}", f"{goal:.2f}", kept]
            )
    return markdown(
        ["part of another's instructions", "the floor", "fileapi", "at most", "kept"], rows
    )


def room_left(counts: dict[str, dict[str, int]]) -> str:
    names = ("floor", "fileapi_stock", "fileapi_site")
    rows = []
    for case in MEAN:
        view = counts["django_view"][case]
        floor, stock, ours = (counts[name][case] / view for name in names)
        rows.append([case, f"{floor:.3f}", f"{stock:.3f}", f"{stock - floor:.3f}", f"{ours:.3f}"])
    return markdown(
        ["of the Django view", "floor", NAMES["fileapi_stock"], "room left", "fileapi"], rows
    )


def resolving_table(found: dict[str, Any]) -> str:
    sizes = sorted({int(size) for figures in found.values() for size in figures["instructions"]})
    rows = []
    for router, figures in found.items():
        for kind in ("static", "dynamic", "miss"):
            counts = figures["instructions"]
            cells = [
                f"{counts[str(size)][kind]:,}" if str(size) in counts else "" for size in sizes
            ]
            rows.append([f"{router}, {kind}", *cells])
    return markdown(["instructions a resolve", *(f"{size:,} routes" for size in sizes)], rows)


def start_table(found: dict[str, Any]) -> str:
    rows = []
    for router, figures in found.items():
        starts = {int(size): run for size, run in figures["start"].items()}
        least, most = min(starts), max(starts)
        more = (starts[most]["MB"] - starts[least]["MB"]) / (most - least) * 1000
        rows.append([router, f"{most:,}", f"{starts[most]['ms']:,.0f}", f"{more:.2f}"])
    return markdown(["", "routes", "ms to the first resolve", "MB a thousand routes"], rows)


def cold_table(found: dict[str, Any]) -> str:
    rows = []
    for kind, figures in found.items():
        cells = []
        for values in figures.values():
            pairs = zip(values, figures["django"], strict=True)
            ratio = median(ours / django for ours, django in pairs)
            cells.append(f"{median(values):,.0f} ({ratio:.3f})")
        rows.append([kind, *cells])
    return markdown(["first answer of a process", *next(iter(found.values()))], rows)


def row_table(found: dict[str, dict[str, float]]) -> str:
    rows = [
        [case, *(f"{ms:.2f} ({times['fileapi'] / ms:.2f})" for ms in times.values())]
        for case, times in found.items()
    ]
    return markdown(["1,000 rows, ms (fileapi's part of it)", *next(iter(found.values()))], rows)


def versions(race: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in race["machine"].items())


def plots(race: dict[str, Any], counts: dict[str, dict[str, int]], found: dict[str, Any]) -> None:
    """Draw the three plots. The same figures make the same bytes."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "fileapi", "font.size": 9})
    from matplotlib import pyplot

    peers = list(race["peers"])
    figure, axes = pyplot.subplots(figsize=(9, 4))
    for number, peer in enumerate(peers):
        places = [n + number / (len(peers) + 1) for n in range(len(race["rates"]))]
        heights = [median(rates[peer]) for rates in race["rates"].values()]
        axes.bar(places, heights, 1 / (len(peers) + 1), label=f"{peer}, {race['peers'][peer]}")
    axes.set_xticks([n + 0.4 for n in range(len(race["rates"]))], list(race["rates"]))
    axes.set_ylabel("requests a second, one core")
    axes.legend(fontsize=7)
    _save(figure, "race")

    names = [name for name in NAMES if name in counts and name != "django_view"]
    figure, axes = pyplot.subplots(figsize=(9, 4))
    cases = [case for case in counts["django_view"] if case in counts["floor"]]
    for number, name in enumerate(names):
        places = [n + number / (len(names) + 1) for n in range(len(cases))]
        heights = [counts[name][case] / counts["django_view"][case] for case in cases]
        axes.bar(places, heights, 1 / (len(names) + 1), label=NAMES[name])
    axes.axhline(1, color="black", linewidth=0.8)
    axes.set_xticks([n + 0.3 for n in range(len(cases))], cases)
    axes.set_ylabel("instructions, of a Django view's")
    axes.legend(fontsize=7)
    _save(figure, "instructions")

    figure, axes = pyplot.subplots(figsize=(9, 4))
    for router, figures in found.items():
        sizes = [int(size) for size in figures["instructions"]]
        axes.plot(sizes, [c["miss"] for c in figures["instructions"].values()], "o-", label=router)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("routes")
    axes.set_ylabel("instructions to refuse an unknown URL")
    axes.legend(fontsize=7)
    _save(figure, "resolving")


def _save(figure: Any, name: str) -> None:
    (DOCS / "performance").mkdir(exist_ok=True)
    file = DOCS / "performance" / f"{name}.svg"
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None, "Creator": None})
    # matplotlib ends lines with blanks.
    file.write_text("\n".join(line.rstrip() for line in file.read_text().splitlines()) + "\n")


ROUTERS = ("fileapi", "django", "ninja", "starlette")


def page() -> str:
    """Return docs/performance.md as the figures make it."""
    race, counts, cold, rows = map(read, ("race", "instructions", "cold_start", "rows"))
    resolving = {router: read(f"resolving_{router}") for router in ROUTERS}
    return Template(TEMPLATE.read_text()).substitute(
        versions=versions(race),
        rounds=race["rounds"],
        seconds=f"{race['seconds']:g}",
        race=race_table(race),
        ratios=ratio_table(race),
        servers=server_table(race),
        instructions=instruction_table(counts),
        goals=goal_table(counts),
        room=room_left(counts),
        resolving=resolving_table(resolving),
        starts=start_table(resolving),
        cold=cold_table(cold),
        rows=row_table(rows),
    )


def main() -> None:
    resolving = {router: read(f"resolving_{router}") for router in ROUTERS}
    plots(read("race"), read("instructions"), resolving)
    (DOCS / "performance.md").write_text(page())


if __name__ == "__main__":
    main()
