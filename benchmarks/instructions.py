"""Compare the instructions of one request: python -m benchmarks.instructions

The figure is the difference of 250 and 50 requests over 200, so no start-up is in it.
"""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from statistics import geometric_mean

from benchmarks.callgrind import python, sections
from benchmarks.cases import CASES
from benchmarks.tables import table

SUBJECT = "fileapi_site"
BASELINE = "django_view"
# The geometric mean of cases, ours of a contender's: at most so much. Each is what was reached,
# and a margin of some 0.02 for other Pythons; docs/performance.md has the goals.
MEAN = ("hello", "user", "feedback")
BARS = {
    (MEAN, "django_view"): 0.60,
    (MEAN, "ninja_site"): 0.50,
    (MEAN, "drf_site"): 0.36,
    (("typed",), "django_view"): 0.61,
    (("typed",), "ninja_site"): 0.44,
    (("typed",), "drf_site"): 0.25,
    (("rows",), "django_view"): 0.40,
    (("rows",), "ninja_site"): 0.25,
    (("rows",), "drf_site"): 0.21,
    (("listing",), "django_view"): 0.35,
}
TYPED_BAR = 1.15  # of the same without types

Counts = dict[str, dict[str, int]]


def contenders() -> list[str]:
    """Every folder that has settings takes part; the baseline stands first."""
    folders = Path(__file__).with_name("contenders").glob("*/settings.py")
    names = [file.parent.name for file in folders]
    if find_spec("ninja") is None:
        names.remove("ninja_site")
    return sorted(names, key=lambda name: (name != BASELINE, name))


def check(contender: str, cases: list[str]) -> None:
    """Refuse to measure a contender whose answers differ from what the cases say."""
    answers = json.loads(python("benchmarks.processes.answer", "show", contender, *cases))
    for name, answer in zip(cases, answers, strict=True):
        expected = {"status": CASES[name].status, "answer": CASES[name].answer}
        if CASES[name].answer is None:
            expected["answer"] = answer["answer"]
        if answer != expected:
            raise SystemExit(f"{contender} answers {name} with {answer!r}, not {expected!r}.")


def count(contender: str, cases: list[str]) -> dict[str, int]:
    check(contender, cases)
    counts = sections("benchmarks.processes.answer", "count", contender, *cases)
    return {case: round(n / CASES[case].counted) for case, n in zip(cases, counts, strict=True)}


def ratios(counts: Counts, contender: str, baseline: str) -> dict[str, float]:
    return {case: n / counts[baseline][case] for case, n in counts[contender].items()}


def render(counts: Counts, baseline: str) -> str:
    heads = ["instructions per request", baseline]
    rows = [[case, f"{n:,}"] for case, n in counts[baseline].items()]
    means = ["geometric mean", ""]
    for name in counts:
        if name != baseline:
            against = ratios(counts, name, baseline)
            heads += [name, "ratio"]
            means += ["", f"{geometric_mean(against.values()):.3f}"]
            for row, (case, ratio) in zip(rows, against.items(), strict=True):
                row += [f"{counts[name][case]:,}", f"{ratio:.3f}"]
    return table(heads, [*rows, means])


def part(counts: Counts, cases: tuple[str, ...], contender: str) -> float:
    """Return our part of a contender's instructions, the geometric mean over cases."""
    return geometric_mean(counts[SUBJECT][case] / counts[contender][case] for case in cases)


def misses(counts: Counts) -> list[str]:
    """Return a line for each bar that the subject is over."""
    found = [
        (", ".join(cases), contender, part(counts, cases, contender), most)
        for (cases, contender), most in BARS.items()
        if contender in counts and all(case in counts[contender] for case in cases)
    ]
    ours = counts[SUBJECT]
    if "typed" in ours and "feedback" in ours:
        found.append(("typed", "feedback", ours["typed"] / ours["feedback"], TYPED_BAR))
    return [
        f"{what}: {ratio:.3f} of {contender}, over {most:.2f}."
        for what, contender, ratio, most in found
        if ratio > most
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", action="append", choices=CASES, help="all, unless named")
    parser.add_argument("--contender", action="append", choices=contenders())
    parser.add_argument("--baseline", default=BASELINE, choices=contenders())
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the counts there too")
    options = parser.parse_args()

    cases = options.case or list(CASES)
    names = dict.fromkeys([options.baseline, *(options.contender or contenders())])
    with ThreadPoolExecutor(max_workers=2) as pool:
        counts = dict(zip(names, pool.map(lambda name: count(name, cases), names), strict=True))

    print(render(counts, options.baseline))
    if options.json:
        options.json.write_text(json.dumps(counts, indent=2) + "\n")
    missed = misses(counts) if SUBJECT in counts else []
    for line in missed:
        print(line, file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
