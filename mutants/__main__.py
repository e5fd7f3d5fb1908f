"""``python -m mutants``: how many seeded faults does the suite notice?"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .guards import MUTANTS, Mutant

ROOT = Path(__file__).parent.parent
WANTED = 0.95
AT_ONCE = 2
TIMEOUT = 600  # seconds for the tests of one mutant


def main(chosen: list[str]) -> int:
    mutants = [one for one in MUTANTS if not chosen or any(text in str(one) for text in chosen)]
    unfit = [one for one in mutants if (ROOT / one.file).read_text().count(one.old) != 1]
    for one in unfit:
        print(f"{one}: the source does not have these words once: {one.old!r}")
    if unfit or not mutants:
        return 1
    with ThreadPoolExecutor(AT_ONCE) as pool:
        caught = list(pool.map(is_caught, mutants))
    survivors = [one for one, was_caught in zip(mutants, caught, strict=True) if not was_caught]
    print(f"{sum(caught)} of {len(mutants)} mutants caught, {sum(caught) / len(mutants):.1%}")
    for one in survivors:
        print(f"survived: {one}: {one.old!r} -> {one.new!r}")
    return int(sum(caught) < WANTED * len(mutants))


def is_caught(one: Mutant) -> bool:
    """Run the tests of a mutant in a copy of the project; tell whether one of them fails."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        for name in files():
            target = copy / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
        shared = ROOT.parent / "shared"
        if shared.is_dir():
            (Path(folder) / "shared").symlink_to(shared)
        mutated = copy / one.file
        mutated.write_text(mutated.read_text().replace(one.old, one.new))
        try:
            done = subprocess.run(
                [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *one.tests],
                cwd=copy,
                env={**os.environ, "PYTHONPATH": str(copy), "FILEAPI_REQUIRE_ALL": "1"},
                capture_output=True,
                text=True,
                timeout=TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            print(f"{one}: caught, the tests did not end")
            return True
    if done.returncode not in (0, 1):
        sys.exit(f"{one}: the tests did not run\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    print(f"{one}: {failed[0] if failed else 'SURVIVED'}", flush=True)
    return done.returncode == 1


def files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
