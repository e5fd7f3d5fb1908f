"""``manage.py typescript``"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fileapi.openapi.document import encoded

from .openapi import chosen

TOOL = "openapi-typescript"
MAJOR = 7
TIMEOUT = 120.0  # seconds; npx may have to download the tool first

# A request may leave out what has a default; an answer has it, and the document says so.
_OPTIONS = ("--default-non-nullable=false",)


class Command(BaseCommand):
    help = (
        "Write the types of an API folder for TypeScript, by npm's openapi-typescript: the one in "
        "a node_modules above the output or this folder, else npx fetches it."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mount", help="the namespace of the mount; needed where several are")
        parser.add_argument("--output", type=Path, help="the file to write, instead of the output")

    def handle(self, *args: Any, **options: Any) -> None:
        output: Path | None = options["output"]
        if output and not output.parent.is_dir():
            raise CommandError(f"{str(output.parent)!r} is no folder. Make it first.")
        document = encoded(chosen(options["mount"]))
        tool = command([output.parent, Path()] if output else [Path()])
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "openapi.json"
            source.write_bytes(document)
            types = run([*tool, str(source), *_OPTIONS])
        if output:
            output.write_bytes(types)
        else:
            self.stdout.write(types.decode())


def command(folders: list[Path]) -> list[str]:
    """Return what starts the tool, found above one of the folders, or by npx.

    Raises CommandError where neither is there.
    """
    for folder in folders:
        path = folder.resolve()
        for above in (path, *path.parents):
            if found := shutil.which(TOOL, path=str(above / "node_modules" / ".bin")):
                return [found]
    if npx := shutil.which("npx"):
        return [npx, "--yes", f"{TOOL}@{MAJOR}"]
    raise CommandError(
        f"{TOOL} is not there, and neither is npx, which would fetch it. Install Node.js, or write "
        "the document by `manage.py openapi` and run the tool on it elsewhere."
    )


def run(command: list[str]) -> bytes:
    """Return what a command prints. Raises CommandError where it fails, or does not end."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "NO_COLOR": "1"},
            start_new_session=True,  # so that what npx starts can be ended with it
        )
    except OSError as error:
        raise CommandError(f"{command[0]!r} cannot be started: {error.strerror}.") from error
    try:
        printed, complaint = process.communicate(timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        raise CommandError(f"{command[0]!r} did not end within {TIMEOUT:g} seconds.") from None
    finally:
        _end(process)
    if process.returncode:
        words = complaint.decode(errors="replace").strip()
        raise CommandError(f"{command[0]!r} failed with status {process.returncode}:\n{words}")
    return printed


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that still runs, and what it has started."""
    if process.poll() is not None:
        return
    with suppress(ProcessLookupError, AttributeError):  # Windows has no groups of processes
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.communicate()
