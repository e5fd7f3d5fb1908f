"""Fetch what the race needs into a cache outside the repository, once for each set of versions."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
REQUIREMENTS = PROJECT / "requirements-race.txt"


def cache() -> Path:
    """Return the folder: ``$XDG_CACHE_HOME/fileapi-race``, by default below ``~/.cache``."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "fileapi-race"


def python() -> str:
    """Return an interpreter with all Python contenders and the tools for the plots."""
    folder = _folder("python", f"{sys.version}{REQUIREMENTS.read_text()}")
    if not (folder / "done").exists():
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
        run([*pip, "install", "-qq", "--require-hashes", "-r", str(REQUIREMENTS)])
        (folder / "done").touch()
    return str(folder / "bin" / "python")


def node() -> Path | None:
    """Return a folder with a built Next.js site and autocannon, None without Node.js and npm."""
    if not (shutil.which("node") and shutil.which("npm")):
        return None
    source = HERE / "next"
    files = sorted(file for file in source.rglob("*") if file.is_file())
    folder = _folder("node", "".join(f"{file}{file.read_text()}" for file in files))
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(source, folder)
        run(
            ["npm", "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"],
            folder,
        )
        environment = {"NEXT_TELEMETRY_DISABLED": "1", "RACE_SECRET": "x", "RACE_LISTED": "1"}
        run(["npx", "--no", "next", "build"], folder, environment)
        (folder / "done").touch()
    return folder


def run(
    command: list[str], folder: Path | None = None, environment: dict[str, str] | None = None
) -> None:
    """Run a program to its end. Ends the race with what it printed where it fails."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}")


def _folder(kind: str, versions: str) -> Path:
    folder = cache() / f"{kind}-{hashlib.sha256(versions.encode()).hexdigest()[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
