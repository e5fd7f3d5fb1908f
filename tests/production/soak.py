"""`make soak`: the site under load for SOAK_MINUTES, and what its processes hold on to.

Prints a line a minute, and exits with 1 unless memory, open files and database connections are
flat after minute 5 (after a quarter of a shorter run).
"""

from __future__ import annotations

import http.client
import itertools
import json
import os
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import linear_regression
from threading import Event, Thread
from typing import NamedTuple

import psycopg

from tests.live import postgres, redis_server
from tests.live.servers import PRODUCTION, REPOSITORY, manage

from . import cluster, nginx
from .cluster import Member
from .names import Names
from .soak_site import write_soak_site

MINUTES = float(os.environ.get("SOAK_MINUTES") or 20)
WARM_UP = min(5.0, MINUTES / 4)  # minutes
EVERY = 5.0  # seconds
CLIENTS = 8
PAUSE = 0.02  # seconds between two requests of a client: load, and no contest
# More than all threads, for the first half of the warm-up: pools that grow with what is asked at
# once, Redis's one, have their size by then.
RUSH = 64

# What may be added in an hour, by the straight line nearest to the samples after the warm-up. Files
# come and go with requests: the line of such noise is up to a dozen off in 15 minutes.
BOUNDS = {"memory": 8.0, "files": 24.0, "connections": 2.0}  # MB a worker, of all, of all

JSON = {"Content-Type": "application/json"}
LOGIN = {"email": "soak@example.com", "password": "a sentence that is long enough"}


class Sample(NamedTuple):
    minute: float
    memory: float  # MB, the mean of all workers
    files: int  # of all processes
    connections: int


class Kind(NamedTuple):
    """A request, and the statuses that are no surprise."""

    method: str
    target: str
    statuses: set[int]
    body: Callable[[], dict[str, str]] | None = None
    headers: Callable[[], dict[str, str]] = dict


def order() -> dict[str, str]:
    return {"item": "a book"}


def feedback() -> dict[str, str]:
    return {"feedback": "It goes on and on."}


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


KINDS = [
    Kind("GET", "/api/hello", {200}),
    Kind("GET", "/soak/cached", {200}),
    Kind("GET", "/soak/streamed", {200, 503}),  # half of the threads may stream
    Kind("GET", "/soak/fails", {500}),
    Kind("GET", "/api/nothing", {404}),
    Kind("GET", "/api/users", {200}),
    Kind("GET", "/api/guide/security", {200}),
    Kind("POST", "/api/feedback", {201}, feedback),
    Kind("POST", "/api/orders", {201}, order, key),
    Kind("POST", "/api/orders", {400}, order),
    # Limited by account and by address: most are refused, and the hashes of the others are dear.
    Kind("POST", "/api/auth/login", {200, 429, 503}, LOGIN.copy),
]


class Client:
    def __init__(self, port: int, first: int, ending: Event) -> None:
        self.answers: Counter[tuple[str, int]] = Counter()
        self.surprises: Counter[str] = Counter()
        self._kinds = itertools.islice(itertools.cycle(KINDS), first, None)
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._ending = ending
        self.thread = Thread(target=self._run)

    def _run(self) -> None:
        for kind in self._kinds:
            if self._ending.wait(PAUSE):
                break
            try:
                status = self._ask(kind)
            except (OSError, http.client.HTTPException) as error:
                self._connection.close()
                self.surprises[f"{kind.target}: {error!r}"] += 1
                continue
            self.answers[kind.target, status] += 1
            if status not in kind.statuses:
                self.surprises[f"{kind.target}: {status}"] += 1
        self._connection.close()

    def _ask(self, kind: Kind) -> int:
        body = None if kind.body is None else json.dumps(kind.body())
        headers = kind.headers() | (JSON if body else {})
        self._connection.request(kind.method, kind.target, body, headers)
        response = self._connection.getresponse()
        response.read()
        return response.status


@contextmanager
def running() -> Iterator[tuple[int, list[Member], str]]:
    """The site: nginx's port, the gunicorns, and the URL of the database."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fileapi-soak-")))
        programs = postgres.programs()
        assert programs is not None, postgres.HOW_TO_GET_IT
        server = postgres.found() or stack.enter_context(postgres.started(programs))
        database = stack.enter_context(postgres.fresh_database(server))
        redis = stack.enter_context(redis_server.started())
        env = {
            **PRODUCTION,
            "DATABASE_URL": database,
            # Of one size: a pool that grows where many ask at once would look like a leak.
            "DB_POOL_MIN": "4",
            "DB_POOL_MAX": "4",
            "DB_POOL_TIMEOUT": "10",
            "REDIS_URL": redis.url,
            "CACHE_URL": redis.url,
            "FILEAPI_TRUSTED_PROXIES": "127.0.0.1",
            "LOG_LEVEL": "critical",
            "MAX_REQUESTS": "0",  # a worker that is replaced would hide what it has leaked
            "DJANGO_SETTINGS_MODULE": write_soak_site(folder),
            "PYTHONPATH": os.pathsep.join([str(folder), str(REPOSITORY)]),
        }
        migrated = manage("migrate", "--verbosity=0", DATABASE_URL=database)
        assert migrated.returncode == 0, migrated.stderr
        members = stack.enter_context(cluster.started(3, folder, env))
        names = Names([one.address for one in members])
        stack.callback(names.stop)
        proxy = stack.enter_context(nginx.started(names.port, members[0].port))
        proxy.wait_until_ready()
        assert proxy.ask("POST", "/api/register", json.dumps(LOGIN), JSON).status == 201
        yield proxy.port, members, database


def sample(start: float, processes: list[int], workers: list[int], database: str) -> Sample:
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in workers]
    memory = sum(pages) * os.sysconf("SC_PAGE_SIZE") / len(workers) / 2**20
    files = sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in processes)
    with psycopg.connect(database) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()
    assert row is not None
    return Sample((time.monotonic() - start) / 60, memory, files, row[0])


def slopes(samples: list[Sample]) -> dict[str, float]:
    """Return what an hour would add, by the samples after the warm-up."""
    late = [one for one in samples if one.minute >= WARM_UP]
    minutes = [one.minute for one in late]
    return {
        name: 60 * linear_regression(minutes, [getattr(one, name) for one in late]).slope
        for name in BOUNDS
    }


def main() -> int:
    ending = Event()
    with running() as (port, members, database):
        workers = [pid for one in members for pid in one.workers()]
        processes = workers + [one.process.pid for one in members]
        rush_ending = Event()
        rush = [Client(port, number, rush_ending) for number in range(RUSH)]
        clients = [Client(port, number, ending) for number in range(CLIENTS)]
        start = time.monotonic()
        samples: list[Sample] = []
        print("minute  requests  MB a worker  files  connections")
        for one in rush + clients:
            one.thread.start()
        try:
            while time.monotonic() - start < 60 * MINUTES:
                time.sleep(max(0.0, start + EVERY * (len(samples) + 1) - time.monotonic()))
                samples.append(now := sample(start, processes, workers, database))
                if now.minute >= WARM_UP / 2:
                    rush_ending.set()
                if int(now.minute) > int(now.minute - EVERY / 60) or now.minute >= MINUTES:
                    requests = sum(one.answers.total() for one in rush + clients)
                    print(
                        f"{now.minute:6.1f}  {requests:8}  {now.memory:11.1f}  {now.files:5}"
                        f"  {now.connections:11}",
                        flush=True,
                    )
        finally:
            rush_ending.set()
            ending.set()
            for one in rush + clients:
                one.thread.join()
        replaced = workers != [pid for one in members for pid in one.workers()]
    surprises = sum((one.surprises for one in rush + clients), Counter())
    added = slopes(samples)
    too_much = [name for name, bound in BOUNDS.items() if added[name] > bound]
    for name, bound in BOUNDS.items():
        print(f"{name}: {added[name]:+.2f} an hour, of {bound:g} allowed")
    print("surprises:", dict(surprises) or "none")
    if replaced:
        print("A worker has ended, and was replaced.")
    return 1 if too_much or surprises or replaced else 0


if __name__ == "__main__":
    sys.exit(main())
