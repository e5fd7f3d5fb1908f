"""A clock that is set while the server runs: an hour forth, and an hour back."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.live import redis_server
from tests.live.conftest import server  # noqa: F401 - a fixture
from tests.live.servers import PRODUCTION, Server
from tests.live.sites import PACKAGE, write_site

WINDOW = 2  # seconds
HOUR = 3600

# Python runs it before all else. Not libfaketime: under it, Python's time.sleep() fails where the
# monotonic clock is left as it is (version 0.9.10).
STEPPED = """\
    import os
    import time

    now = time.time

    def stepped():
        with open(os.environ["CLOCK"]) as file:
            return now() + int(file.read() or 0)

    time.time = stepped
    """

ROUTES = {
    "hello.py": "def GET():\n    return 'hello'\n",
    "limited.py": f"""\
        from fileapi import Config

        config = Config(auth=None, rate="3/{WINDOW}s")

        def GET():
            return "in"
        """,
    "token.py": """\
        from django.contrib.auth import get_user_model

        from fileapi import Config
        from fileapi.auth import issue

        config = Config(auth=None)

        def GET():
            return issue(get_user_model()(pk=42))
        """,
    "verified.py": """\
        from fileapi import Config, HttpError
        from fileapi.auth import InvalidToken, verify

        config = Config(auth=None)

        def POST(body):
            try:
                return verify(body)["sub"]
            except InvalidToken as error:
                raise HttpError(401, str(error)) from None
        """,
    "sleep.py": """\
        import time

        def GET():
            time.sleep(1)
            return "slept"
        """,
}


class Clock:
    """What ``time.time`` tells a server. Its monotonic clock goes on, as it does in a real step."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "seconds"
        self.set(0)
        (folder / "sitecustomize.py").write_text(textwrap.dedent(STEPPED))

    def set(self, seconds: int) -> None:
        """Set it to so many seconds from now."""
        self.file.write_text(str(seconds))


Start = Callable[..., Server]


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path)


@pytest.fixture
def start(server: Any, clock: Clock, tmp_path: Path) -> Start:  # noqa: F811
    write_site(tmp_path, ROUTES)

    def start(**env: str) -> Server:
        env = {**PRODUCTION, "DATABASE_URL": "sqlite://:memory:", "CLOCK": str(clock.file), **env}
        return server("gunicorn", {**env, "WEB_CONCURRENCY": "1"}, PACKAGE, tmp_path)  # type: ignore[no-any-return]

    return start


def limited(site: Server) -> int:
    return site.ask("GET", "/api/limited").status


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_i20_a_limit_in_memory_does_not_see_a_step(start: Start, clock: Clock, step: int) -> None:
    site = start()
    assert [limited(site) for _ in range(4)] == [200, 200, 200, 429]
    clock.set(step)
    assert limited(site) == 429
    time.sleep(WINDOW)
    assert limited(site) == 200


def test_i20_a_step_holds_a_limit_in_redis_up_for_a_window_at_most(
    start: Start, clock: Clock, need: Any
) -> None:
    need(redis_server.PROGRAM is not None, redis_server.HOW_TO_GET_IT)
    with redis_server.started() as redis:
        site = start(REDIS_URL=redis.url)
        assert [limited(site) for _ in range(4)] == [200, 200, 200, 429]
        clock.set(-HOUR)
        assert limited(site) == 429
        # Redis drops the count by its own clock.
        deadline = time.monotonic() + 3 * WINDOW
        while limited(site) == 429 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert limited(site) == 200
        clock.set(HOUR)
        assert limited(site) == 200  # all who were counted are out of the window


def test_i20_a_token_counts_by_the_clock_that_the_server_has(start: Start, clock: Clock) -> None:
    site = start()
    token = site.ask("GET", "/api/token").json().encode()

    def verified() -> tuple[int, str | None]:
        answer = site.ask("POST", "/api/verified", token, {"Content-Type": "text/plain"})
        return answer.status, answer.json().get("detail") if answer.status != 200 else None

    assert verified() == (200, None)
    clock.set(HOUR)
    assert verified() == (401, "The token has expired.")
    clock.set(-HOUR)
    assert verified() == (401, "The token is not valid yet.")
    clock.set(0)
    assert verified() == (200, None)


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_i20_no_request_and_no_worker_is_ended_by_a_step(
    start: Start, clock: Clock, step: int
) -> None:
    site = start(TIMEOUT="5")
    assert site.ask("GET", "/api/hello").status == 200
    clock.set(step)
    pid = site.process.pid
    workers = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    start_of_all = time.monotonic()
    while time.monotonic() - start_of_all < 3:
        assert site.ask("GET", "/api/sleep").status == 200
    assert Path(f"/proc/{pid}/task/{pid}/children").read_text() == workers
