"""Which id a request has: one that was sent and is harmless, its trace's, or a new one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .records import Records

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"


@pytest.fixture
def loading() -> str:
    """Import on first use: that makes no difference here."""
    return "lazy"


@pytest.fixture
def records() -> Iterator[Records]:
    with Records() as records:
        yield records


ECHO = {"id.py": "def GET(req): return [req.id]"}


@pytest.mark.parametrize("sent", ["a", "A-b_c.9", 64 * "a", "7d1f0c4e-1111-4222-8333-444455556666"])
def test_d23_a_harmless_id_is_kept_returned_and_logged(
    api: Any, records: Records, sent: str
) -> None:
    traced = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
    response = api(ECHO).get("/api/id", headers={"X-Request-ID": sent, **traced})
    assert response.json() == [sent]
    assert response.headers["X-Request-ID"] == sent
    assert records.ids("fileapi.request") == [sent]


BROKEN = ["", " ", 65 * "a", "a b", "a\x1b[31m", "a\tb", "ä", "a;b", "a,b", "<x>", "a/b"]


@pytest.mark.parametrize("sent", BROKEN)
def test_d23_a_broken_id_is_replaced_by_a_new_one(api: Any, records: Records, sent: str) -> None:
    served = api(ECHO)
    answers = [served.get("/api/id", headers={"X-Request-ID": sent}) for _ in range(2)]
    ids = [answer.headers["X-Request-ID"] for answer in answers]
    assert [answer.json() for answer in answers] == [[id] for id in ids]
    assert records.ids("fileapi.request") == ids
    assert len(set(ids)) == 2
    assert all(len(id) == 32 and set(id) <= set("0123456789abcdef") for id in ids)


@pytest.mark.parametrize("flags", ["00", "01", "ff"])
@pytest.mark.parametrize("sent", [{}, {"X-Request-ID": "no id"}])
def test_d23_the_trace_of_a_traceparent_is_the_id(
    api: Any, flags: str, sent: dict[str, str]
) -> None:
    headers = {"traceparent": f"00-{TRACE}-{PARENT}-{flags}", **sent}
    response = api(ECHO).get("/api/id", headers=headers)
    assert response.json() == [response.headers["X-Request-ID"]] == [TRACE]


@pytest.mark.parametrize(
    "sent",
    [
        "",
        TRACE,
        f"01-{TRACE}-{PARENT}-01",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{TRACE.upper()}-{PARENT}-01",
        f"00-{TRACE}-{PARENT.upper()}-01",
        f"00-{32 * '0'}-{PARENT}-01",
        f"00-{TRACE}-{16 * '0'}-01",
        f"00-{TRACE}-{PARENT}-0",
        f"00-{TRACE}-{PARENT}-01-",
        f"00-{TRACE}-{PARENT}-01-extra",
        f"00-{TRACE}-{PARENT}-0g",
        f"00-{TRACE}{PARENT}--01",
        f"00-{TRACE[:-1]}-{PARENT}a-01",
        f"00-{TRACE}-{PARENT[:-1]}-01a",
        f"0-0{TRACE}-{PARENT}-01",
        f"00_{TRACE}_{PARENT}_01",
        f" 00-{TRACE}-{PARENT}-01",
        f"00-{TRACE}-{PARENT}-01,00-{TRACE}-{PARENT}-01",
        f"00-{TRACE[:-1]}\n-{PARENT}-01",
        "-" * 55,
    ],
)
def test_d23_an_invalid_traceparent_is_no_id(api: Any, sent: str) -> None:
    id = api(ECHO).get("/api/id", headers={"traceparent": sent}).headers["X-Request-ID"]
    assert len(id) == 32
    assert id not in (TRACE, 32 * "0", 32 * "-")


@pytest.mark.parametrize(("path", "status"), [("/api/nothing", 404), ("/elsewhere", 404)])
def test_an_answer_that_no_handler_gave_has_an_id(
    api: Any, records: Records, path: str, status: int
) -> None:
    response = api(ECHO).get(path, headers={"X-Request-ID": "mine"})
    assert (response.status_code, response.headers["X-Request-ID"]) == (status, "mine")
    # Django logs it when the middleware has returned.
    assert records.ids("django.request") == records.ids("fileapi.request") == ["mine"]
