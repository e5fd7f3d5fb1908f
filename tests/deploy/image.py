"""The image's folder /app, laid out as the Dockerfile's COPY lines say."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.live.servers import PRODUCTION, manage

from .manifests import REPOSITORY, instructions, stages

WITHOUT = shutil.ignore_patterns("__pycache__")


def lay_out(folder: Path) -> None:
    """Copy what the image has, and collect its static files."""
    folder.mkdir()
    for line in instructions(stages()[0], "COPY"):
        *sources, target = line.split()
        for source in sources:
            if (REPOSITORY / source).is_dir():
                shutil.copytree(REPOSITORY / source, folder / target, ignore=WITHOUT)
            else:
                shutil.copy(REPOSITORY / source, folder)
    done = manage("collectstatic", "--noinput", folder=folder, **PRODUCTION)
    assert done.returncode == 0, done.stderr
    for path in [folder, *folder.rglob("*")]:
        os.chmod(path, 0o755 if path.is_dir() else 0o644)
