"""Server-sent events: what a browser reads is what was sent."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fileapi import Event

from .event_parser import Message, parse
from .exchange import read


@pytest.mark.parametrize(
    ("event", "wire"),
    [
        (Event("text"), b"data: text\n\n"),
        (Event(""), b"data: \n\n"),
        (Event(" leading"), b"data:  leading\n\n"),
        (Event("ä"), "data: ä\n\n".encode()),
        (Event("a\nb"), b"data: a\ndata: b\n\n"),
        (Event("a\r\nb\rc\n"), b"data: a\ndata: b\ndata: c\ndata: \n\n"),
        (Event({"a": [1, None]}), b'data: {"a":[1,null]}\n\n'),
        (Event({"a": "line\nbreak"}), b'data: {"a":"line\\nbreak"}\n\n'),
        (Event([]), b"data: []\n\n"),
        (Event(0), b"data: 0\n\n"),
        (Event(False), b"data: false\n\n"),
        (Event(Decimal("1.10")), b'data: "1.10"\n\n'),
        (Event(float("nan")), b"data: null\n\n"),
        (Event("x", event="tick"), b"event: tick\ndata: x\n\n"),
        (Event("x", id="7"), b"id: 7\ndata: x\n\n"),
        (Event("x", id=""), b"id: \ndata: x\n\n"),
        (Event("x", retry=3000), b"retry: 3000\ndata: x\n\n"),
        (Event(comment=""), b": \n\n"),
        (Event(comment="still here"), b": still here\n\n"),
        (Event(comment="a\r\ndata: b"), b": a\n: data: b\n\n"),
        (
            Event("x", event="e", id="1", retry=5, comment="c"),
            b": c\nevent: e\nid: 1\nretry: 5\ndata: x\n\n",
        ),
    ],
)
def test_an_event_is_written_field_by_field(event: Event, wire: bytes) -> None:
    assert event.encode() == wire


@pytest.mark.parametrize("field", ["event", "id"])
@pytest.mark.parametrize("text", ["a\nb", "a\rb", "\r\n", "a\ndata: forged", "\0"])
def test_a_line_break_cannot_start_a_new_field(field: str, text: str) -> None:
    with pytest.raises(ValueError, match="a line break would start a new field") as caught:
        Event("x", **{field: text})
    assert f"Event({field}={text!r})" in str(caught.value)


@pytest.mark.parametrize("retry", [-1, 1.5, "5", True])
def test_retry_is_a_number_of_milliseconds(retry: Any) -> None:
    """A browser ignores anything but digits."""
    with pytest.raises((ValueError, TypeError)):
        Event("x", retry=retry)


def test_an_event_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Event("x").data = "y"  # type: ignore[misc]


texts = st.text(st.characters(exclude_categories=["Cs"]))
one_line = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"))
breaks = st.lists(
    st.sampled_from(["\r", "\n", "\r\n", ":", " ", "data", "a", "\ufeff", "\u2028", "\x85", "\0"])
).map("".join)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
events = st.builds(
    Event,
    data=texts | breaks | values,
    event=st.none() | one_line,
    id=st.none() | one_line,
    retry=st.none() | st.integers(0, 10**9),
    comment=st.none() | texts | breaks,
)


def lines(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text)


@given(st.lists(events, max_size=4))
def test_what_a_browser_reads_is_what_was_sent(sent: list[Event]) -> None:
    reading = parse(b"".join(event.encode() for event in sent))
    expected, last_id = [], ""
    for event in sent:
        last_id = last_id if event.id is None else event.id
        if event.data is not None:
            data = (
                event.data if isinstance(event.data, str) else reading_of(event, reading, expected)
            )
            expected.append(Message(event.event or "message", "\n".join(lines(data)), last_id))
    assert reading.messages == expected
    assert reading.comments == [
        f" {line}" for event in sent if event.comment is not None for line in lines(event.comment)
    ]
    retries = [event.retry for event in sent if event.retry is not None]
    assert reading.retry == (retries[-1] if retries else None)


def reading_of(event: Event, reading: Any, before: list[Message]) -> str:
    """Return the JSON that was read for an event, if it says what was sent."""
    data = str(reading.messages[len(before)].data)
    assert json.loads(data) == event.data
    return data


SOURCES = {
    "sync": "def events(last):",
    "async": "async def events(last):",
}

ROUTE = """
    from fileapi import Event
    from tests.http.gate import gate
    {source}
        log = gate.log
        try:
            yield Event(comment="hello")
            yield Event({{"after": last}}, id="2")
            while last != "1":
                yield "again"
        finally:
            log.append("closed")
    def GET(req, res):
        res.sse(events(req.headers.get("Last-Event-ID")))
"""


@pytest.fixture(params=SOURCES)
def route(request: pytest.FixtureRequest) -> str:
    return ROUTE.format(source=SOURCES[request.param])


def test_events_are_sent_one_by_one_from_the_last_that_was_seen(
    api: Any, exchange: Any, gate: Any, route: str
) -> None:
    api({"a.py": route})
    sent = exchange("GET", "/api/a", headers={"Last-Event-ID": "1"})
    parts = [sent.part(), sent.part(), sent.part()]
    assert parts == [b": hello\n\n", b'id: 2\ndata: {"after":"1"}\n\n', None]
    assert gate.log == ["closed"]


def test_nothing_between_holds_events_back(api: Any, exchange: Any, settings: Any) -> None:
    settings.MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware"]
    api({"a.py": "def GET(res): res.sse(['x'] * 500)"})
    sent = exchange("GET", "/api/a", headers={"Accept-Encoding": "gzip"})
    names = ("Content-Type", "Cache-Control", "X-Accel-Buffering", "Content-Length", "ETag")
    assert (sent.status, [sent.headers.get(name) for name in names]) == (
        200,
        ["text/event-stream", "no-cache, no-transform", "no", None, None],
    )
    assert sent.part() == b"data: x\n\n"
    sent.leave()


def test_the_generator_is_closed_when_the_client_leaves(
    api: Any, exchange: Any, gate: Any, route: str
) -> None:
    api({"a.py": route})
    sent = exchange("GET", "/api/a")
    for _ in range(4):
        sent.part()
    sent.leave()
    assert gate.log == ["closed"]


BEGUN = {
    "sync": """
    def GET(res):
        source = events("0")
        next(source)
        gate.source = source  # so that nothing but closing ends it
        res.sse(source)
    """,
    "async": """
    async def GET(res):
        source = events("0")
        await anext(source)
        gate.source = source
        res.sse(source)
    """,
}


@pytest.mark.parametrize("kind", SOURCES)
def test_a_generator_that_had_begun_is_closed_where_nobody_reads_it(
    api: Any, exchange: Any, gate: Any, kind: str
) -> None:
    api({"a.py": ROUTE.format(source=SOURCES[kind]).partition("    def GET")[0] + BEGUN[kind]})
    assert read(exchange("HEAD", "/api/a")) == b""
    assert gate.log == ["closed"]
