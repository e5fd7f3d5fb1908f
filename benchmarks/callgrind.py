"""Count the instructions of a Python process, whole or between two marks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

# A function of the C library that neither Python nor Django calls by itself:
# each call of os.getsid() makes callgrind write out what it counted since the last one.
MARK = "getsid"


def mark() -> None:
    os.getsid(0)


def python(
    module: str, *arguments: str, path: Path | None = None, wrapper: tuple[str, ...] = ()
) -> str:
    """Run a module in a fresh interpreter of the same kind and return what it prints."""
    command = [*wrapper, sys.executable, "-m", module, *arguments]
    result = subprocess.run(command, env=_environment(path), capture_output=True, text=True)
    if result.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{result.stderr.strip()}")
    return result.stdout


def instructions(module: str, *arguments: str, path: Path | None = None) -> int:
    """Count a whole process, from its start to its end."""
    return sum(_dumps(module, arguments, path))


def sections(module: str, *arguments: str, path: Path | None = None) -> list[int]:
    """Count what stands between a first and a second mark, a third and a fourth, and so on."""
    return _dumps(module, arguments, path)[1:-1:2]


def _dumps(module: str, arguments: tuple[str, ...], path: Path | None) -> list[int]:
    if shutil.which("valgrind") is None:
        raise SystemExit("valgrind is not installed; on Debian: apt-get install valgrind")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out")
        python(
            module,
            *arguments,
            path=path,
            wrapper=(
                "valgrind",
                "--tool=callgrind",
                f"--callgrind-out-file={out}",
                f"--dump-before={MARK}",
            ),
        )
        # Marks are numbered from 1; what follows the last one has no number.
        dumps = [out.with_name(f"out.{n}") for n in range(1, len(list(out.parent.iterdir())))]
        return [_total(file) for file in [*dumps, out]]


def _total(file: Path) -> int:
    found = re.search(r"^totals: (\d+)", file.read_text(), re.MULTILINE)
    if found is None:
        raise SystemExit(f"callgrind wrote no total into {file.name}.")
    return int(found[1])


def _environment(path: Path | None) -> dict[str, str]:
    # A fixed environment: its size moves the stack, and a hash seed moves every dictionary.
    folders = [str(folder) for folder in (path, PROJECT) if folder]
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": os.pathsep.join(folders),
        "PYTHONHASHSEED": "0",
    }
