"""A folder with the frontend's packages in it, installed once for a lock file."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from tests.live.servers import REPOSITORY

SOURCE = Path(__file__).parent / "frontend"
CACHE = REPOSITORY / ".cache" / "frontend"
TIMEOUT = 300  # seconds, for one program


def installed() -> Path | None:
    """Return a ``node_modules`` of what the lock file says, or None where npm cannot install it."""
    lock = (SOURCE / "package-lock.json").read_bytes()
    folder = CACHE / hashlib.sha256(lock).hexdigest()[:16]
    if folder.is_dir():
        return folder / "node_modules"
    if not shutil.which("npm"):
        return None
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        for file in ("package.json", "package-lock.json"):
            shutil.copy(SOURCE / file, name)
        done = ran(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], Path(name))
        if done.returncode:
            return None
        with suppress(OSError):  # another process was first
            os.rename(name, folder)
            os.mkdir(name)  # for what removes it
    return folder / "node_modules"


def prepared(folder: Path, packages: Path) -> Path:
    """Return the folder, with the frontend's files in it and its packages within reach."""
    for file in SOURCE.iterdir():
        if file.is_file() and not file.name.startswith("package"):
            shutil.copy(file, folder)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "node_modules").symlink_to(packages)
    return folder


def ran(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program of the frontend's to its end."""
    path = f"{folder / 'node_modules' / '.bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )
