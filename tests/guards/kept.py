"""Cached routes to call: each run of a handler has a number of its own."""

from __future__ import annotations

import importlib
from typing import Any

HEAD = """
from itertools import count
from fileapi import Cache, Config, HttpError
n = count(1)
"""


def route(arguments: str, text: str, more: str = "") -> str:
    """Return a file with ``Config(cache=Cache(...))`` and the lines of a handler."""
    return f"{HEAD}config = Config(cache=Cache({arguments}){more})\n{text}\n"


def is_kept(site: Any, path: str, **options: Any) -> bool:
    """Ask twice; tell whether the second answer was the first one's."""
    first, second = (site.get(path, **options) for _ in range(2))
    assert "Age" not in first.headers
    assert ("Age" in second.headers) == (second.content == first.content)
    return "Age" in second.headers


def runs(site: Any, name: str) -> int:
    """Return how often the handlers of a file have run, counting this call too from now on."""
    return int(next(importlib.import_module(f"{site.folder.package}.{name}").n)) - 1
