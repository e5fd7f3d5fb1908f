"""Random folders and URLs: the table says what a naive reading of the design says."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from random import Random
from urllib.parse import unquote

import pytest
from django.urls import clear_url_caches, resolve, reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from fileapi.routing.resolver import FileResolver

from . import model
from .tables import TableSource, route_of, table_of

# Parameters are named after their depth, so that most folders have no conflict; "[x]" makes some.
FOLDERS = ["a", "[p{}]", "b", "[p{}=int]", "(g)", "[p{}=slug]", "index", "[x]"]
FILES = ["a", "[p{}]", "[...rest]", "[[...rest]]", "index", "[p{}=int]", "[p{}=slug]", "b", "[x]"]
PARTS = ["a", "b", "7", "x-1", "é", "index"]
ODD_PARTS = ["", ".", "..", "%zz", "%41", "%FF", "\ufffd", "a\n", "\x00", "A", "007", "[p0]"]


def named(names: tuple[str, ...]) -> str:
    return "/".join(name.format(depth) for depth, name in enumerate(names)) + ".py"


ALL_FILES = [
    named((*folders, file))
    for depth in range(4)
    for folders in itertools.product(FOLDERS, repeat=depth)
    for file in FILES
] + ["[...rest]/a.py", "a/[[...rest]]/index.py", "[...rest]/[...rest].py"]
PLAIN_PATHS = [
    "/".join(parts) for depth in range(1, 5) for parts in itertools.product(PARTS, repeat=depth)
]
ODD_PATHS = [
    "/".join(parts)
    for depth in range(1, 4)
    for parts in itertools.product([*ODD_PARTS, "a", "b"], repeat=depth)
]
ALL_PATHS = ["", "/", *PLAIN_PATHS, *ODD_PATHS, *[f"{path}/" for path in PLAIN_PATHS]]

trees = st.lists(st.sampled_from(ALL_FILES), min_size=1, max_size=9).map(dict.fromkeys).map(list)


def some_of(paths: list[str], count: int) -> st.SearchStrategy[list[str]]:
    """Draw paths from all over a list, for the price of one draw."""
    step = len(paths) // count
    return st.integers(0, step - 1).map(lambda start: paths[start::step])


def sound(files: list[str]) -> list[str]:
    """Return the files that have no conflict with one before them."""
    kept: list[str] = []
    for file in files:
        if not any(model.conflicts_of(file, kept)):
            kept.append(file)
    return kept


@settings(max_examples=5000, deadline=None)
@given(trees, some_of(ALL_PATHS, 8))
def test_a_table_matches_what_the_design_says(files: list[str], urls: list[str]) -> None:
    files = sound(files)
    table = table_of(files)
    assert table.problems == []
    assert [route.file for route in table.routes] == sorted(files)
    for url in urls:
        found = table.match(url)
        expected = model.match(files, url)
        assert (found and (found[0].file, found[1])) == expected, (files, url)


@settings(max_examples=1000, deadline=None)
@given(trees)
def test_a_table_reports_the_conflicts_that_the_design_names(files: list[str]) -> None:
    expected = set(model.conflicts(files))
    table = table_of(files)
    found = {(problem.id, frozenset(problem.files)) for problem in table.problems}
    # A file that one conflict keeps out of the table is not compared with the rest.
    assert found <= expected
    assert bool(found) == bool(expected)
    assert len(table.problems) == len(found)
    # What was taken in has no conflict, and what was not is named.
    taken = {route.file for route in table.routes}
    assert not list(model.conflicts(taken))
    assert taken | {file for _, files in found for file in files} == set(files)


@settings(max_examples=500, deadline=None)
@given(trees, some_of(ALL_PATHS, 8), st.randoms(use_true_random=False))
def test_a22_the_order_of_the_listing_does_not_matter(
    files: list[str], urls: list[str], random: Random
) -> None:
    shuffled = random.sample(files, len(files))
    one, other = table_of(files), table_of(shuffled)
    assert one.routes == other.routes
    assert one.problems == other.problems
    for url in urls:
        assert one.match(url) == other.match(url)


@pytest.fixture
def clear_after() -> Iterator[None]:
    yield
    clear_url_caches()


@pytest.mark.usefixtures("clear_after")
@settings(max_examples=300, deadline=None)
@given(trees, some_of(PLAIN_PATHS, 8))
def test_reversing_a_match_gives_the_url_back(files: list[str], urls: list[str]) -> None:
    # "index" as a folder is spelled as the root's name.
    files = [file for file in sound(files) if route_of(file).template != "index"]
    urlconf = (FileResolver("api/", TableSource(files), "api"),)
    for url in urls:
        found = resolve(f"/api/{url}", urlconf)
        if found.url_name is None:
            continue
        kwargs = found.kwargs
        assert unquote(reverse(found.view_name, urlconf, kwargs=kwargs)) == f"/api/{url}"
    clear_url_caches()
