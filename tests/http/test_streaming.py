"""Items are sent while they are made, over either server, and a source is always closed."""

from __future__ import annotations

from typing import Any

import pytest

from .exchange import read

SOURCES = {
    "sync": """
        def parts():
            log = gate.log
            log.append("started")
            try:
                yield "first"
                gate.wait()
                yield b"second"
            finally:
                log.append("closed")
    """,
    "async": """
        async def parts():
            log = gate.log
            log.append("started")
            try:
                yield "first"
                await asyncio.to_thread(gate.wait)
                yield b"second"
            finally:
                await asyncio.sleep(0)  # so that it has to be awaited
                log.append("closed")
    """,
}

ANSWERS = {
    "res.stream": "def GET(res): res.stream(parts())",
    "res.send": "def GET(res): res.send(parts())",
    "async handler": "async def GET(res): res.stream(parts())",
    "Django's": "def GET(): return StreamingHttpResponse(parts())",
    "async, Django's": "async def GET(): return StreamingHttpResponse(parts())",
}

HEAD = """
        import asyncio
        from django.http import StreamingHttpResponse
        from tests.http.gate import gate
"""


@pytest.fixture(params=SOURCES)
def source(request: pytest.FixtureRequest) -> str:
    return HEAD + SOURCES[request.param]


@pytest.fixture(params=ANSWERS)
def answer(request: pytest.FixtureRequest) -> str:
    return f"\n        {ANSWERS[request.param]}\n"


def test_the_first_item_is_sent_before_the_second_is_made(
    api: Any, exchange: Any, gate: Any, source: str, answer: str
) -> None:
    api({"a.py": source + answer})
    sent = exchange("GET", "/api/a")
    assert (sent.status, sent.part(), gate.log) == (200, b"first", ["started"])
    gate.open()
    assert (sent.part(), sent.part(), gate.log) == (b"second", None, ["started", "closed"])


def test_the_finally_of_a_source_runs_when_the_client_leaves(
    api: Any, exchange: Any, gate: Any, caplog: Any, source: str, answer: str
) -> None:
    gate.open()
    api({"a.py": source.replace('yield b"second"', 'while True: yield b"again"') + answer})
    sent = exchange("GET", "/api/a")
    assert [sent.part(), sent.part()] == [b"first", b"again"]
    sent.leave()
    assert gate.log == ["started", "closed"]
    assert [record for record in caplog.records if record.name == "asyncio"] == []


def test_an_exception_in_a_source_reaches_the_server_and_closes_the_source(
    api: Any, exchange: Any, gate: Any, source: str, answer: str
) -> None:
    gate.open()
    api({"a.py": source.replace('yield b"second"', "raise LookupError('broken')") + answer})
    sent = exchange("GET", "/api/a")
    assert sent.part() == b"first"
    with pytest.raises(LookupError, match="broken"):
        sent.part()
    assert gate.log == ["started", "closed"]


def test_a_type_error_in_a_source_is_an_exception_like_any_other(
    api: Any, exchange: Any, gate: Any, source: str
) -> None:
    """StreamingHttpResponse takes one for a source of the other kind, and starts anew."""
    gate.open()
    texts = source.replace('yield b"second"', "raise TypeError('mine')")
    api({"a.py": texts + "\n        def GET(res): res.stream(parts())"})
    sent = exchange("GET", "/api/a")
    assert sent.part() == b"first"
    with pytest.raises(TypeError, match="mine"):
        sent.part()


@pytest.mark.parametrize(
    ("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304), ("HEAD", 204)]
)
def test_HEAD_and_answers_without_a_body_run_nothing(
    api: Any, exchange: Any, gate: Any, source: str, method: str, status: int
) -> None:
    get = f"\n        def GET(res): res.status({status}).stream(parts(), 'text/csv')"
    api({"a.py": source + get})
    sent = exchange(method, "/api/a")
    content_type = "text/csv" if status == 200 else None
    assert (sent.status, read(sent), gate.log) == (status, b"", [])
    assert (sent.headers.get("Content-Type"), sent.headers.get("Content-Length")) == (
        content_type,
        None,
    )


def test_items_are_text_or_bytes_of_any_iterable(api: Any, exchange: Any) -> None:
    served = {
        "list.py": "def GET(res): res.stream(['ä', b'\\xff', bytearray(b'-'), memoryview(b'!')])",
        "empty.py": "def GET(res): res.stream([])",
        "map.py": "def GET(res): res.send(map(str, range(3)))",
    }
    api(served)
    assert read(exchange("GET", "/api/list")) == b"\xc3\xa4\xff-!"
    assert read(exchange("GET", "/api/empty")) == b""
    assert read(exchange("GET", "/api/map")) == b"012"


def test_a_stream_has_the_status_headers_and_cookies_of_res(api: Any, exchange: Any) -> None:
    api(
        {
            "a.py": """
                def GET(res):
                    res.status(201).set_header("X-A", "1").set_cookie("c", "v")
                    res.stream(["x"], content_type="text/csv")
                    res.append_header("Vary", "Accept")
            """
        }
    )
    sent = exchange("GET", "/api/a")
    names = ("Content-Type", "X-A", "Vary", "X-Content-Type-Options", "Content-Length", "ETag")
    assert (sent.status, [sent.headers.get(name) for name in names]) == (
        201,
        ["text/csv", "1", "Accept, origin", "nosniff", None, None],
    )
    assert sent.headers["Set-Cookie"].strip().startswith("c=v; HttpOnly")
    assert read(sent) == b"x"


def test_a_file_response_of_djangos_is_bridged(api: Any, exchange: Any, tmp_path: Any) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"x" * 100_000)
    api(
        {
            "a.py": f"""
                from django.http import FileResponse
                from tests.http.gate import gate
                def GET():
                    gate.file = open({str(file)!r}, "rb")
                    return FileResponse(gate.file)
            """
        }
    )
    from .gate import gate

    sent = exchange("GET", "/api/a")
    assert (read(sent), gate.file.closed) == (b"x" * 100_000, True)  # type: ignore[attr-defined]
    assert sent.headers["Content-Length"] == "100000"


def test_another_answer_in_its_place_closes_a_stream_that_had_started(
    api: Any, exchange: Any, gate: Any
) -> None:
    api(
        {
            "_middleware.py": """
                def middleware(req, res, next):
                    next()
                    res.json("instead")
            """,
            "a.py": HEAD
            + SOURCES["sync"]
            + """
        def GET(res):
            started = parts()
            next(started)
            res.stream(started)
""",
        }
    )
    assert read(exchange("GET", "/api/a")) == b'"instead"'
    assert gate.log == ["started", "closed"]


@pytest.mark.parametrize("value", ["5", "None", "object()"])
def test_what_cannot_be_iterated_is_a_bug_and_answered(api: Any, value: str) -> None:
    served = api({"a.py": f"def GET(res): res.stream({value})"})
    assert served.get("/api/a").status_code == 500


def test_HEAD_makes_nothing_of_a_streaming_response_of_djangos(
    api: Any, exchange: Any, gate: Any
) -> None:
    gate.open()
    api(
        {
            "a.py": """
                from django.http import StreamingHttpResponse
                from tests.http.gate import gate
                def endless():
                    gate.log.append("started")
                    while True: yield b"again"
                def GET(): return StreamingHttpResponse(endless())
            """
        }
    )
    sent = exchange("HEAD", "/api/a")
    assert (sent.status, sent.part(), gate.log) == (200, None, [])
