"""The names that a user imports from ``fileapi`` stay."""

from __future__ import annotations

import pytest

import fileapi


def test_the_public_names_are_these() -> None:
    assert fileapi.__all__ == [
        "Cache",
        "Config",
        "Event",
        "HttpError",
        "Rate",
        "invalidate",
        "load",
    ]
    public = {name for name in vars(fileapi) if not name.startswith("_")}
    for_annotations = {"Any", "TYPE_CHECKING"}
    submodules_and_future = public - set(fileapi.__all__) - for_annotations
    assert {name for name in submodules_and_future if name == name.lower()} == submodules_and_future


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'fileapi' has no attribute 'Events'"):
        fileapi.Events  # noqa: B018


def test_every_public_name_is_there_and_says_what_it_is_for() -> None:
    for name in fileapi.__all__:
        assert getattr(fileapi, name).__doc__
