"""In development a changed route file is live on the next request, without a restart."""

from __future__ import annotations

import os
from pathlib import Path

from .routing.scan import MIDDLEWARE_FILE, ignored_because, is_hidden


def is_loaded_anew(file_path: Path) -> bool:
    """Tell whether fileapi loads a changed file by itself, so that runserver need not restart.

    Helpers below the root restart the server, as any other Python file does.
    """
    from .urls import mounts

    try:
        roots = [mount.folder.tree().root for mount in mounts()]
    except Exception:  # a URLconf that cannot be imported: the restart will show why
        return False
    path = os.path.realpath(file_path)
    return any(_is_loaded_from(root, path) for root in roots)


def _is_loaded_from(root: str, path: str) -> bool:
    if os.path.commonpath([root, path]) != root:
        return False
    *folders, name = os.path.relpath(path, root).split(os.sep)
    if any(is_hidden(folder) for folder in folders):
        return False
    return name == MIDDLEWARE_FILE or not ignored_because(name)
