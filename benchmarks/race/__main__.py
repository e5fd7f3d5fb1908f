"""Race the peers on this machine, and write docs/performance.md: make bench

Every peer is one process on one core, the load is on another. They take turns: in each round each
peer answers each case for some seconds. What is compared is the ratio within a round. The other
measurements of this folder follow, each for its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.cases import CASES, Case, items
from benchmarks.race import install, report
from benchmarks.race.machine import machine
from benchmarks.race.peers import Peer, peers, servers
from benchmarks.race.report import RESULTS
from benchmarks.race.running import Running, serving

DATABASE = "fileapi_race"
ROWS = 100
ROUNDS = 5
SECONDS = 2.0
WARM_UP = 1.0
CASES = {**CASES, "rows": replace(CASES["rows"], answer=items(ROWS))}
del CASES["feedback"]  # the typed one is it with validation
# What a server in front of the same site is tried with.
SERVER_CASES = ("hello", "typed", "rows")
# Of routers that try one pattern after the other: 10,000 take minutes to count.
LISTS = ("--size", "10", "--size", "100", "--size", "1000")
# What else the page shows.
OTHERS = {
    "rows": ("rows",),
    "cold_start": ("cold_start",),
    "instructions": ("instructions",),
    "resolving_fileapi": ("resolving",),
    **{
        f"resolving_{router}": ("resolving", "--router", router, *LISTS)
        for router in ("django", "ninja", "starlette")
    },
}

Rounds = dict[str, dict[str, list[float]]]


def prepare() -> str:
    """Make the database anew, and return an access token. Ends where PostgreSQL is not there."""
    import psycopg

    try:
        with psycopg.connect("host=127.0.0.1 user=postgres dbname=postgres", autocommit=True) as db:
            db.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
            db.execute(f"CREATE DATABASE {DATABASE}")
    except psycopg.OperationalError as error:
        raise SystemExit(
            f"The race needs PostgreSQL on 127.0.0.1:5432, user postgres, trusted: {error}"
        ) from None
    os.environ["RACE_DATABASE"] = DATABASE
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.contenders.fileapi_site.settings"
    import django

    django.setup()
    from django.db import connection

    from benchmarks.contenders.items.prepare import make_rows, make_user

    make_rows(ROWS)
    token = make_user()
    connection.close_pool()
    return token


def check(running: Running, case: Case) -> None:
    """Refuse to race a peer that answers something else."""
    status, body = running.ask(case)
    answer = json.loads(body) if case.answer is not None else None
    if (status, answer) != (case.status, case.answer):
        raise SystemExit(f"{running.peer.name} answers {case.path} with {status} {body[:200]!r}.")


def race(
    entered: list[Peer], names: list[str], token: str, tools: Path, options: argparse.Namespace
) -> Rounds:
    """Return requests a second, by case and peer, one for each round."""
    rates: Rounds = {name: {peer.name: [] for peer in entered} for name in names}
    with ExitStack() as stack:
        logs = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        grid = [
            stack.enter_context(serving(peer, DATABASE, token, logs / str(number)))
            for number, peer in enumerate(entered)
        ]
        for running in grid:
            for name in names:
                check(running, CASES[name])
                running.load(CASES[name], WARM_UP, tools)
        for turn in range(options.rounds):
            for name in names:
                for running in grid:
                    report = running.load(CASES[name], options.seconds, tools)
                    rates[name][running.peer.name].append(report["requests"]["average"])
            print(f"Round {turn + 1} of {options.rounds} is done.", file=sys.stderr)
    return rates


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each turn")
    parser.add_argument("--only", action="append", choices=["race", *OTHERS], help="not all")
    options = parser.parse_args()
    wanted = options.only or ["race", *OTHERS]
    RESULTS.mkdir(exist_ok=True)
    if "race" in wanted:
        (RESULTS / "race.json").write_text(json.dumps(everybody(options), indent=2) + "\n")
    for name, (module, *arguments) in OTHERS.items():
        if name in wanted:
            # It ends with status 1 past a bar: the page tells which.
            command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
            subprocess.run([*command, "--json", str(RESULTS / f"{name}.json")])
    report.main()
    return 0


def everybody(options: argparse.Namespace) -> dict[str, Any]:
    """Return the rates of the peers, and of our own site behind other servers."""

    tools = install.node()
    if tools is None:
        raise SystemExit("The race needs Node.js and npm: apt-get install nodejs npm")
    token = prepare()
    cases = list(CASES)
    rates = race(peers(tools), cases, token, tools, options)
    behind = race(servers(), list(SERVER_CASES), token, tools, options)
    return {
        "machine": machine(tools),
        "rounds": options.rounds,
        "seconds": options.seconds,
        "peers": {peer.name: peer.server for peer in peers(tools)},
        "rates": rates,
        "servers": behind,
    }


if __name__ == "__main__":
    interpreter = install.python()
    if Path(sys.executable).absolute() != Path(interpreter).absolute():
        sys.exit(subprocess.call([interpreter, "-m", "benchmarks.race", *sys.argv[1:]]))
    sys.exit(main())
