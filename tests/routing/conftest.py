"""Path converters of a project's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.urls import converters, register_converter
from django.urls.converters import get_converters


@pytest.fixture
def new_converter() -> Iterator[Callable[[str, str], None]]:
    """Register a converter of a regular expression for one test: ``new_converter("hex", "...")``.

    Its values are ``(name, text)``.
    """
    names: list[str] = []

    def register(name: str, regex: str) -> None:
        class Converter:
            def to_python(self, text: str) -> tuple[str, str]:
                return name, text

            def to_url(self, value: tuple[str, str]) -> str:
                return value[1]

        Converter.regex = regex
        register_converter(Converter, name)
        names.append(name)

    yield register
    for name in names:
        del converters.REGISTERED_CONVERTERS[name]
    get_converters.cache_clear()
