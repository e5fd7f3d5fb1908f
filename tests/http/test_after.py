"""Work after the answer: in order, whatever became of the work before, and of the client."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.core.signals import request_finished

from .exchange import read

JOBS = """
import asyncio
from tests.http.gate import gate
from fileapi import HttpError

log = gate.log

def job(*names):
    log.append(names)

async def async_job(name):
    await asyncio.sleep(0)
    log.append(name)

def fails(name):
    raise LookupError(name)

async def async_fails(name):
    raise LookupError(name)
"""


def files(**routes: str) -> dict[str, str]:
    return {f"{name}.py": f"{JOBS}\n{text}\n" for name, text in routes.items()}


def test_jobs_run_in_their_order_sync_and_async(api: Any, gate: Any) -> None:
    served = api(
        files(
            a="def GET(res): res.after(job, 1, 2).after(async_job, 'b').json(1).after(job)",
            b="async def GET(res): res.after(async_job, 'a').after(job, 'b').json(1)",
            c="def GET(res): res.after(lambda: async_job('later')).json(1)",
        )
    )
    for url, log in (("a", [(1, 2), "b", ()]), ("b", ["a", ("b",)]), ("c", ["later"])):
        gate.log.clear()
        assert served.get(f"/api/{url}").json() == 1
        assert gate.log == log


def test_a_failing_job_is_logged_and_the_next_one_runs(api: Any, gate: Any, caplog: Any) -> None:
    served = api(
        files(
            a="""
def GET(res):
    res.after(fails, "sync").after(async_fails, "async").after(job, "last").json(1)
"""
        )
    )
    assert served.get("/api/a").status_code == 200
    assert gate.log == [("last",)]
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [(record.name, record.getMessage(), str(record.exc_info[1])) for record in errors] == [
        ("django.request", "res.after(fails) failed.", "sync"),
        ("django.request", "res.after(async_fails) failed.", "async"),
    ]


@pytest.mark.parametrize("error", ["HttpError(404)", "LookupError()", "SystemError()"])
@pytest.mark.parametrize("kind", ["def", "async def"])
def test_jobs_do_not_run_when_the_handler_fails(api: Any, gate: Any, kind: str, error: str) -> None:
    served = api(files(a=f"{kind} GET(res): res.after(job).json(1); raise {error}"))
    assert served.get("/api/a").status_code in (404, 500)
    assert gate.log == []


def test_jobs_do_not_run_for_an_answer_that_cannot_be_had(api: Any, gate: Any) -> None:
    served = api(
        files(
            twice="def GET(res): res.after(job).json(1).json(2)",
            none="def GET(res): res.after(job)",
            unsatisfiable="""
from io import BytesIO
def GET(res): res.after(job).file(BytesIO(b"abc"))
""",
        )
    )
    assert served.get("/api/twice").status_code == 500
    assert served.get("/api/none").status_code == 500
    ranged = served.get("/api/unsatisfiable", headers={"Range": "bytes=9-"})
    assert (ranged.status_code, gate.log) == (416, [])


def test_jobs_run_for_every_kind_of_answer(api: Any, exchange: Any, gate: Any) -> None:
    api(
        files(
            json="def GET(res): res.after(job, 'json').json(1)",
            none="def GET(res): res.after(job, 'none').status(204).end()",
            refused="def GET(res): res.after(job, 'refused').status(404).json(1)",
            redirect="def GET(res): res.after(job, 'redirect').redirect('/x')",
            stream="def GET(res): res.after(job, 'stream').stream(['a'])",
            sse="async def GET(res): res.after(job, 'sse').sse(['a'])",
            django="""
from django.http import HttpResponse
def GET(res):
    res.after(job, "django")
    return HttpResponse("x")
""",
            django_stream="""
from django.http import StreamingHttpResponse
def GET(res):
    res.after(job, "django stream")
    return StreamingHttpResponse(["x"])
""",
        )
    )
    for url in ("json", "none", "refused", "redirect", "stream", "sse", "django", "django_stream"):
        gate.log.clear()
        read(exchange("GET", f"/api/{url}"))
        assert gate.log == [(url.replace("_", " "),)]
        if url in ("json", "stream", "sse"):
            read(exchange("HEAD", f"/api/{url}"))
            assert gate.log == [(url,), (url,)]


def test_an_answer_that_the_client_has_got_already_has_its_jobs_too(api: Any, gate: Any) -> None:
    served = api(files(a="def GET(res): res.after(job).json(1)"))
    assert served.get("/api/a", headers={"If-None-Match": "*"}).status_code == 304
    assert gate.log == [()]


@pytest.fixture
def finished(gate: Any) -> Any:
    def note(**_: Any) -> None:
        gate.log.append("request_finished")

    request_finished.connect(note)
    yield
    request_finished.disconnect(note)


SOURCE = """
def parts():
    try:
        while True:
            yield "x"
    finally:
        log.append("closed")
def GET(res): res.after(job, "job").stream(parts())
"""


def test_jobs_run_when_the_answer_has_gone_out_and_before_django_lets_go_of_the_database(
    api: Any, exchange: Any, gate: Any, finished: Any
) -> None:
    api(files(a="def GET(res): res.after(job, 'job').json(1)"))
    sent = exchange("GET", "/api/a")
    assert gate.log == []
    assert sent.part() == b"1"
    gate.log.insert(0, "sent")
    sent.part()
    sent.leave()
    assert gate.log[:3] == ["sent", ("job",), "request_finished"]


def test_jobs_run_when_the_client_has_left(
    api: Any, exchange: Any, gate: Any, finished: Any
) -> None:
    api(files(a=SOURCE))
    sent = exchange("GET", "/api/a")
    assert sent.part() == b"x"
    sent.leave()
    assert gate.log[:3] == ["closed", ("job",), "request_finished"]


def test_jobs_run_when_a_stream_breaks(api: Any, exchange: Any, gate: Any) -> None:
    api(files(a=SOURCE.replace('yield "x"', 'yield "x"; raise LookupError')))
    sent = exchange("GET", "/api/a")
    sent.part()
    with pytest.raises(LookupError):
        sent.part()
    assert gate.log == ["closed", ("job",)]


def test_jobs_run_in_the_thread_whose_connections_django_then_closes(
    api: Any, exchange: Any, gate: Any
) -> None:
    api(
        files(
            a="""
import threading
def GET(res): res.after(lambda: job(threading.get_ident())).json(threading.get_ident())
"""
        )
    )
    handler = int(read(exchange("GET", "/api/a")))
    assert gate.log == [(handler,)]
