"""Two writers that cannot both go on: one is done, the other may try again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.live.client import Answer, at_once

from .conftest import Site
from .postgres_server import PostgresServer


@pytest.fixture
def account(database: PostgresServer) -> Iterator[None]:
    database.execute("CREATE TABLE account (id int PRIMARY KEY, n int NOT NULL)")
    database.execute("INSERT INTO account VALUES (1, 0), (2, 0)")
    yield
    database.execute("DROP TABLE account")


def swap(site: Site, *targets: str) -> list[Answer]:
    return at_once(lambda target: site.server.ask("POST", f"/api/swap/{target}"), targets)


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("targets", "fault"),
    [
        (("1/2", "2/1"), "DeadlockDetected"),
        (("1/1?level=SERIALIZABLE", "1/1?level=SERIALIZABLE"), "SerializationFailure"),
    ],
    ids=["deadlock", "serialization"],
)
def test_i17_of_two_writers_in_each_others_way_one_is_done_and_one_is_503(
    start: Callable[..., Site],
    database: PostgresServer,
    targets: tuple[str, str],
    fault: str,
) -> None:
    site = start(database.url)
    done, refused = sorted(swap(site, *targets), key=lambda answer: answer.status)
    assert (done.status, refused.status) == (200, 503)
    assert refused.content_type == "application/problem+json"
    assert refused.headers["retry-after"] == "1"
    for said in (b"deadlock", b"UPDATE", b"account", b"serialize"):
        assert said not in refused.body
    assert site.server.printed().count("Service Unavailable: /api/swap/") == 1
    assert fault in site.server.printed()
    # Of the one that was refused nothing is there; tried again, it is done.
    assert database.execute("SELECT sum(n) FROM account") == [(2,)]
    assert [answer.status for answer in swap(site, targets[0])] == [200]
