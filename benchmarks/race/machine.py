"""What the figures were measured on, and with."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    *("django", "djangorestframework", "django-ninja", "msgspec", "pydantic", "fastapi"),
    *("starlette", "gunicorn", "uvicorn", "uvloop", "httptools", "granian", "psycopg", "pyjwt"),
)
NODE_PACKAGES = ("next", "react", "pg", "jose", "zod", "autocannon")


def machine(node_folder: Path | None = None) -> dict[str, str]:
    """Return names and versions, as they are found."""
    found = {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "Python": platform.python_version(),
    }
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    if node_folder is not None:
        found["Node.js"] = _output("node", "--version").lstrip("v")
        for name in NODE_PACKAGES:
            file = node_folder / "node_modules" / name / "package.json"
            found[name] = json.loads(file.read_text())["version"]
    return found


def _processor() -> str:
    found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    return found[1] if found else platform.machine()


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
