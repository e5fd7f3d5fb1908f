"""Who takes part: a site, the server in front of it, and how both are started."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

THREADS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One process that serves, on a core of its own. ``prefix`` stands for the cases' "/api"."""

    name: str
    server: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    folder: Path | None = None
    prefix: str = "/api"

    def path(self, path: str) -> str:
        return self.prefix + path.removeprefix("/api")


def python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", *arguments)


def _django(name: str, contender: str, server: str, *command: str, **more: str) -> Peer:
    settings = f"benchmarks.contenders.{contender}.settings"
    environment = {"DJANGO_SETTINGS_MODULE": settings, **more}
    return Peer(name=name, server=server, command=python(*command), environment=environment)


def _fastapi(name: str) -> Peer:
    command = python(*UVICORN, "benchmarks.race.fastapi_app:app")
    return Peer(name=name, server="uvicorn", command=command)


WSGI = "benchmarks.contenders.wsgi:application"
ASGI = "benchmarks.contenders.asgi:application"
GTHREAD = (
    *("gunicorn", "--worker-class", "gthread", "--workers", "1", "--threads", str(THREADS)),
    *("--keep-alive", "75", "--http-parser", "python"),
    *("--config", "python:benchmarks.race.gunicorn_conf"),
    *("--log-level", "warning", "--bind", "127.0.0.1:{port}", WSGI),
)
UVICORN = ("uvicorn", "--log-level", "warning", "--no-access-log", "--port", "{port}")
GRANIAN = ("granian", "--no-ws", "--log-level", "warning", "--port", "{port}", "--interface")


def peers(next_folder: Path | None) -> list[Peer]:
    """Return the contenders of the race. Without Next.js where it is not installed."""
    found = [
        _django("fileapi", "fileapi_site", "gunicorn gthread", *GTHREAD),
        _django("Django view", "django_view", "gunicorn gthread", *GTHREAD),
        _django("django-ninja", "ninja_site", "gunicorn gthread", *GTHREAD),
        _django("DRF", "drf_site", "gunicorn gthread", *GTHREAD),
        _fastapi("FastAPI"),
    ]
    if next_folder is not None:
        command = ("node", "node_modules/next/dist/bin/next", "start", "--port", "{port}")
        for name, prefix in (("Next.js pages/api", "/api"), ("Next.js handlers", "/handlers")):
            found.append(
                Peer(
                    name=name,
                    server="node",
                    command=command,
                    environment={"NEXT_TELEMETRY_DISABLED": "1", "NODE_ENV": "production"},
                    folder=next_folder,
                    prefix=prefix,
                )
            )
    return found


def servers() -> list[Peer]:
    """Return our own site behind each server that may be in front of it, and FastAPI."""
    threads = str(THREADS)
    found = [
        _django(name, "fileapi_site", name, *command)
        for name, command in {
            "gunicorn gthread": GTHREAD,
            "granian WSGI": (*(*GRANIAN, "wsgi", "--blocking-threads", threads, WSGI),),
            "granian ASGI": (*GRANIAN, "asgi", ASGI),
            "uvicorn ASGI": (*UVICORN, ASGI),
            "gunicorn asgi": tuple(
                {"gthread": "asgi", WSGI: ASGI}.get(part, part) for part in GTHREAD
            ),
        }.items()
    ]
    return [*found, _fastapi("FastAPI on uvicorn")]


def environment(peer: Peer, database: str) -> dict[str, str]:
    """Return the environment of a peer's process."""
    from benchmarks.cases import ISSUER, LISTED, SECRET

    return {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "RACE_DATABASE": database,
        "RACE_ISSUER": ISSUER,
        "RACE_SECRET": SECRET,
        "RACE_LISTED": str(LISTED),
        **peer.environment,
    }
