"""``manage.py openapi``"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fileapi.openapi.document import encoded
from fileapi.urls import Mount, mounts


class Command(BaseCommand):
    help = "Write the OpenAPI 3.1 document of an API folder: the same bytes for the same files."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mount", help="the namespace of the mount; needed where several are")
        parser.add_argument("--output", type=Path, help="the file to write, instead of the output")

    def handle(self, *args: Any, **options: Any) -> None:
        text = encoded(chosen(options["mount"]))
        if options["output"]:
            options["output"].write_bytes(text)
        else:
            self.stdout.write(text.decode())


def chosen(namespace: str | None) -> Mount:
    """Return the mount of a namespace, or the only one. Raises CommandError."""
    found = {mount.namespace: mount for mount in mounts()}
    if namespace is None and len(found) == 1:
        return next(iter(found.values()))
    if namespace not in found:
        raise CommandError(f"--mount is {namespace!r}; it must be one of: {list(found)}.")
    return found[namespace]
