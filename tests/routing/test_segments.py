"""One name on disk to one segment."""

from __future__ import annotations

import keyword
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fileapi.routing.segments import Kind, Segment, SegmentError, parse

SPELLINGS = {
    "users": Segment(text="users"),
    "feed.xml": Segment(text="feed.xml"),
    "sign-in_2~@": Segment(text="sign-in_2~@"),
    "café": Segment(text="café"),
    "日本語": Segment(text="日本語"),
    "[id]": Segment(text="[id]", kind=Kind.DYNAMIC, name="id"),
    "[naïve]": Segment(text="[naïve]", kind=Kind.DYNAMIC, name="naïve"),
    "[id=int]": Segment(text="[id=int]", kind=Kind.TYPED, name="id", converter="int"),
    "[key=uuid]": Segment(text="[key=uuid]", kind=Kind.TYPED, name="key", converter="uuid"),
    # Whether a converter of this name is registered is the table's question.
    "[year=yyyy]": Segment(text="[year=yyyy]", kind=Kind.TYPED, name="year", converter="yyyy"),
    "[...path]": Segment(text="[...path]", kind=Kind.CATCH_ALL, name="path"),
    "[[...path]]": Segment(text="[[...path]]", kind=Kind.OPTIONAL_CATCH_ALL, name="path"),
    "(admin)": Segment(text="(admin)", kind=Kind.GROUP, name="admin"),
}

PARAMETER_HINT = (
    "A parameter is a whole segment: '[name]', '[name=int]', '[...name]' or '[[...name]]'."
)
LITERAL_HINT = "Use letters, digits, '-', '_', '.', '~' and '@'. Helpers start with '_'."
REFUSED = {
    "re[view]": ("E007", "'re[view]' has brackets in part of a segment.", PARAMETER_HINT),
    "[id].json": ("E007", "'[id].json' has brackets in part of a segment.", PARAMETER_HINT),
    "[a][b]": ("E007", "'[a][b]' has brackets in part of a segment.", PARAMETER_HINT),
    "[id": ("E007", "'[id' has brackets in part of a segment.", PARAMETER_HINT),
    "id]": ("E007", "'id]' has brackets in part of a segment.", PARAMETER_HINT),
    "[[id]]": (
        "E007",
        "'[[id]]' has brackets in part of a segment.",
        "Write '[[...id]]' for zero or more segments, or 'index.py' beside '[id].py'.",
    ),
    "[user-id]": (
        "E008",
        "'[user-id]': 'user-id' is no Python identifier.",
        "Write '[user_id]'.",
    ),
    "[...a b]": ("E008", "'[...a b]': 'a b' is no Python identifier.", "Write '[...a_b]'."),
    "[class]": ("E008", "'[class]': 'class' is no Python identifier.", "Write '[class_]'."),
    "[1]": ("E008", "'[1]': '1' is no Python identifier.", "Write '[p1]'."),
    "[]": ("E008", "'[]': '' is no Python identifier.", "Write '[id]', for example."),
    "[id:int]": (
        "E008",
        "'[id:int]': 'id:int' is no Python identifier.",
        "Write '[id=int]': ':' is not allowed in file names on every system.",
    ),
    "[[...body]]": (
        "E009",
        "'[[...body]]' names its parameter 'body', which is reserved.",
        "Handlers get body, query, req, res by these names. Choose another one.",
    ),
    "[rest=path]": ("E010", "'[rest=path]' uses the converter 'path'.", "Write '[...rest]'."),
    "[name=str]": ("E010", "'[name=str]' uses the converter 'str'.", "Write '[name]'."),
    "[id=]": ("E010", "'[id=]' names no converter.", "Write '[id]'."),
    "a b": ("E013", "'a b' holds ' ', which no URL segment of a file can.", LITERAL_HINT),
    "a%2Fb": ("E013", "'a%2Fb' holds '%', which no URL segment of a file can.", LITERAL_HINT),
    "(a b)": ("E013", "'(a b)' holds ' ', which no URL segment of a file can.", LITERAL_HINT),
    "()": ("E013", "'()' has no name.", "Give it one; helpers start with '_'."),
    "..": ("E013", "'..' has no name.", "Give it one; helpers start with '_'."),
}


@pytest.mark.parametrize("text", SPELLINGS)
def test_each_spelling_is_one_kind_of_segment(text: str) -> None:
    assert parse(text) == SPELLINGS[text]


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_segment_is_refused_with_a_way_out(text: str) -> None:
    with pytest.raises(SegmentError) as caught:
        parse(text)
    error = caught.value
    assert (error.id, str(error), error.hint) == REFUSED[text]


@pytest.mark.parametrize("name", ["req", "res", "query", "body"])
@pytest.mark.parametrize("spelling", ["[{}]", "[{}=int]", "[...{}]", "[[...{}]]"])
def test_a29_a_parameter_may_not_hide_what_a_handler_asks_for(name: str, spelling: str) -> None:
    with pytest.raises(SegmentError) as caught:
        parse(spelling.format(name))
    assert caught.value.id == "E009"


@pytest.mark.parametrize("name", keyword.kwlist)
def test_a29_a_keyword_is_no_parameter(name: str) -> None:
    with pytest.raises(SegmentError) as caught:
        parse(f"[{name}]")
    assert (caught.value.id, caught.value.hint) == ("E008", f"Write '[{name}_]'.")


@pytest.mark.parametrize("name", keyword.softkwlist)
def test_a_soft_keyword_is_a_parameter_as_in_python(name: str) -> None:
    assert parse(f"[{name}]").name == name


def test_kinds_are_ordered_as_they_are_matched() -> None:
    assert sorted(Kind, reverse=True)[1:] == [
        Kind.OPTIONAL_CATCH_ALL,
        Kind.CATCH_ALL,
        Kind.DYNAMIC,
        Kind.TYPED,
        Kind.STATIC,
    ]


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="[]().=-:1ab é\n\x00\ud800%", max_size=9))
def test_a28_any_name_is_a_segment_or_refused_in_one_line_whose_proposal_mends_it(
    text: str,
) -> None:
    refused = refusal(text)
    if refused is None:
        return
    # A printable text is one line, and can be written to any log.
    assert str(refused).isprintable()
    assert refused.hint.isprintable()
    if proposal := re.fullmatch(r"Write '([^']*)'\.", refused.hint):
        # A name with two mistakes is told of one after the other.
        again = refusal(proposal[1])
        assert again is None or again.id != refused.id


def refusal(text: str) -> SegmentError | None:
    try:
        parse(text)
    except SegmentError as error:
        return error
    return None
