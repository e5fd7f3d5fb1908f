"""Hold the site against its document, by schemathesis: ``python -m tests.openapi.honesty``.

The site is on gunicorn, with a PostgreSQL database of its own. What fits the document and what
does not is sent to every operation, with all checks of schemathesis.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.live import postgres
from tests.live.servers import PRODUCTION, REPOSITORY, Server, environment, manage

HERE = REPOSITORY / "tests" / "openapi"
ENVIRONMENT = {
    **PRODUCTION,
    "DJANGO_SETTINGS_MODULE": "tests.live.quick_settings",
    "DJANGO_SUPERUSER_PASSWORD": "a long sentence",
    # schemathesis says where each case comes from; see honesty_hooks.py.
    "FILEAPI_TRUSTED_PROXIES": "127.0.0.1",
    "WEB_CONCURRENCY": "1",
    # A URL of more than 4 KB is gunicorn's to refuse, before the site sees it.
    "GUNICORN_CMD_ARGS": "--limit-request-line=0",
}
TIMEOUT = 3600.0  # seconds


class Site:
    """The site on a server, and its document in a file."""

    def __init__(self, server: Server, document: Path, env: dict[str, str]) -> None:
        self.server = server
        self.document = document
        self.env = env

    def guarded(self) -> set[str]:
        """Return the operations that nobody may call without being known, as ``GET /api/x``."""
        paths: dict[str, Any] = json.loads(self.document.read_text())["paths"]
        return {
            f"{method.upper()} {path}"
            for path, item in paths.items()
            for method, operation in item.items()
            if "security" in operation and {} not in operation["security"]
        }

    def statuses(self) -> dict[str, set[int]]:
        """Return what the server has answered, by operation, of the lines of its own log."""
        found: dict[str, set[int]] = {}
        for line in self.server.printed().splitlines():
            record = json.loads(line) if line.startswith("{") else {}
            if record.get("logger") == "fileapi.request":
                name = f"{record['method']} /{record['route']}"
                found.setdefault(name, set()).add(record["status"])
        return found


@contextmanager
def running(postgres_server: str, folder: Path) -> Iterator[Site]:
    """Serve the site from an empty database of a PostgreSQL server."""
    with postgres.fresh_database(postgres_server) as url:
        env = {**ENVIRONMENT, "DATABASE_URL": url}
        document = folder / "openapi.json"
        for arguments in (
            ["migrate", "--verbosity=0"],
            ["createsuperuser", "--noinput", "--email=staff@example.com"],
            ["openapi", f"--output={document}"],
        ):
            done = manage(*arguments, **env)
            if done.returncode:
                raise RuntimeError(f"{arguments} failed:\n{done.stderr}")
        server = Server("gunicorn", "project", REPOSITORY, env, folder / "gunicorn.txt")
        try:
            server.wait_until_ready()
            yield Site(server, document, env)
        finally:
            server.stop()


def fuzz(site: Site, *arguments: str) -> tuple[int, int, str]:
    """Run schemathesis; return its exit status, how many cases it sent, and what it printed."""
    done = subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "schemathesis.cli",
                "--config-file",
                HERE / "schemathesis.toml",
            ),
            *("run", site.document, "--url", f"http://127.0.0.1:{site.server.port}"),
            *("--checks", "all", "--no-color", *arguments),
        ],
        cwd=site.document.parent,
        env=environment("project", REPOSITORY, site.env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT,
    )
    cases = re.search(r"^ +([\d,]+) generated", done.stdout, re.MULTILINE)
    return done.returncode, int(cases[1].replace(",", "")) if cases else 0, done.stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", default="600", help="cases an operation (600: 10,000 in all)")
    parser.add_argument("--seed", help="of a run that is to be repeated")
    options = parser.parse_args()
    url = postgres.found()
    if url is None:
        sys.exit(postgres.HOW_TO_GET_IT)
    arguments = ["--max-examples", options.examples]
    if options.seed:
        arguments += ["--seed", options.seed]
    with tempfile.TemporaryDirectory() as folder, running(url, Path(folder)) as site:
        status, cases, text = fuzz(site, *arguments)
        print(text)
        print(f"{cases:,} cases; guarded operations and their answers:")
        for name in sorted(site.guarded()):
            print(f"  {name}: {sorted(site.statuses().get(name, ()))}")
    return status


if __name__ == "__main__":
    sys.exit(main())
