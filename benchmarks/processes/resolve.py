"""Resolve URLs in a generated site: python -m benchmarks.processes.resolve MODE PATH...

`count` resolves each path between two callgrind marks; `show` prints the route of each as JSON;
`start` prints how long the first path took, from reading the URLconf on, and the memory in use
after it.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import time
from pathlib import Path

import django
from django.urls import Resolver404, URLResolver, get_resolver

from benchmarks.callgrind import mark
from benchmarks.sites import PACKAGE

WARM_UP = 20
RESOLVES = 200


def resolve(resolver: URLResolver, path: str) -> str:
    """Return the route's template. A miss has none, or the prefix of a mount with its own 404."""
    try:
        return resolver.resolve(path).route
    except Resolver404:
        return ""


def count(paths: list[str]) -> None:
    resolver = get_resolver()
    for path in paths:
        for _ in range(WARM_UP):
            resolve(resolver, path)
        gc.collect()
        gc.freeze()
        mark()
        for _ in range(RESOLVES):
            resolve(resolver, path)
        mark()


def show(paths: list[str]) -> None:
    print(json.dumps([resolve(get_resolver(), path) for path in paths]))


def start(paths: list[str]) -> None:
    begin = time.perf_counter()
    resolve(get_resolver(), paths[0])
    seconds = time.perf_counter() - begin
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    print(json.dumps({"seconds": seconds, "bytes": pages * resource.getpagesize()}))


def main(mode: str, *paths: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = f"{PACKAGE}.settings"
    django.setup()
    {"count": count, "show": show, "start": start}[mode](list(paths))


if __name__ == "__main__":
    main(*sys.argv[1:])
