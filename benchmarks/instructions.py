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
BAR = 0.90
# One case of ours against another, and against a peer's.
TYPED_BARS = {(SUBJECT, "feedback"): 1.15, ("ninja_site", "typed"): 0.75}

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


def misses(counts: Counts, baseline: str, bar: float) -> list[str]:
    """Return a line for each bar that the subject is over."""
    ours = counts[SUBJECT]
    against = [(case, baseline, case, bar) for case in ours]
    against += [("typed", name, case, ratio) for (name, case), ratio in TYPED_BARS.items()]
    return [
        f"{case}: {ours[case] / counts[name][other]:.3f} of {other} of {name}, over {most:.3f}."
        for case, name, other, most in against
        if case in ours
        and other in counts.get(name, {})
        and ours[case] / counts[name][other] > most
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", action="append", choices=CASES, help="all, unless named")
    parser.add_argument("--contender", action="append", choices=contenders())
    parser.add_argument("--baseline", default=BASELINE, choices=contenders())
    parser.add_argument("--bar", type=float, default=BAR, help=f"highest ratio for {SUBJECT}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the counts there too")
    options = parser.parse_args()

    cases = options.case or list(CASES)
    names = dict.fromkeys([options.baseline, *(options.contender or contenders())])
    with ThreadPoolExecutor(max_workers=2) as pool:
        counts = dict(zip(names, pool.map(lambda name: count(name, cases), names), strict=True))

    print(render(counts, options.baseline))
    if options.json:
        options.json.write_text(json.dumps(counts, indent=2) + "\n")
    missed = misses(counts, options.baseline, options.bar) if SUBJECT in counts else []
    for line in missed:
        print(line, file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
