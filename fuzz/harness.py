"""What every harness needs: Django set up, the code under test instrumented, atheris started."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import atheris

FOLDER = Path(__file__).parent
FOUND = FOLDER.parent / ".cache/fuzz"  # where an input is kept that breaks something


def instrumented() -> Any:
    """Return the context in which to import what is looked at."""
    return atheris.instrument_imports(include=["fileapi", "django.http"])


with instrumented():
    import django
    import django.http
    from django.conf import settings

settings.configure(DEBUG=False, SECRET_KEY="NOT-A-SECRET", ALLOWED_HOSTS=["*"])
django.setup()


def run(test_one: Callable[[bytes], None], dictionary: str) -> None:
    """Call with one input after the other, until one fails or the time is over.

    Arguments on the command line are libFuzzer's: options, and a folder of inputs or one file.
    """
    FOUND.mkdir(parents=True, exist_ok=True)
    words = f"-dict={FOLDER / 'dictionaries' / dictionary}"
    atheris.Setup([*sys.argv, words, f"-artifact_prefix={FOUND}/"], test_one)
    atheris.Fuzz()
