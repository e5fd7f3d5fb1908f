"""gunicorn's settings, each from the environment; `gunicorn project.wsgi` reads this file."""

from __future__ import annotations

import os

from project.gunicorn_worker import close_the_door_on_term


def number(name: str, default: int) -> int:
    return int(os.environ.get(name) or default)


wsgi_app = "project.wsgi:application"
# A platform that sets PORT sends requests from outside; otherwise a proxy on this machine does.
port = os.environ.get("PORT")
bind = os.environ.get("BIND") or (f"0.0.0.0:{port}" if port else "127.0.0.1:8000")

# A container does not see its share of the machine's cores, so two rather than one per core.
workers = number("WEB_CONCURRENCY", 2)
worker_class = "project.gunicorn_worker.Worker"  # gthread, with what it lacks
threads = number("THREADS", 8)
os.environ.setdefault("FILEAPI_THREADS", str(threads))  # half of them may be held by streams

# Routes are imported once, before the fork: no first request waits for an import, the workers
# share the memory, and conflicting files keep the server from starting. A default rather than
# raw_env, which would overrule what the environment says.
preload_app = True
os.environ.setdefault("FILEAPI_LOAD", "eager")

timeout = number("TIMEOUT", 30)  # seconds without a heartbeat
graceful_timeout = number("GRACEFUL_TIMEOUT", 30)  # seconds for open requests on stop
# Seconds from SIGTERM to the end of the listener. In these /api/health/ready says 503, so that
# whoever sends requests looks elsewhere first: longer than it takes to notice.
drain_seconds = number("DRAIN_SECONDS", 0)
# Longer than the 60 seconds after which common proxies let go of an idle connection. The other
# way around, a proxy sends a request into a connection that is just being closed.
keepalive = number("KEEP_ALIVE", 75)

# A leak costs a restart now and then; the jitter keeps workers from restarting together.
max_requests = number("MAX_REQUESTS", 10_000)
max_requests_jitter = max_requests // 10

# No proxy says where the site is mounted: a SCRIPT_NAME header would move every path.
forwarder_headers = ""

# Not the C parser: gunicorn_h1c 0.6.9, the newest, is too old for gunicorn 27, and takes folded
# headers, bare line feeds in chunks and "Transfer-Encoding: identity", which the one in Python
# refuses, and which a proxy in front may read otherwise.
http_parser = os.environ.get("HTTP_PARSER") or "python"

# The heartbeat is a file, and one on a slow disk can block a worker.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
control_socket_disable = True

accesslog = "-" if number("ACCESS_LOG", 0) else None
errorlog = "-"
loglevel = (os.environ.get("LOG_LEVEL") or "info").lower()


def when_ready(server: object) -> None:
    """Prepare for the end, before the workers are forked."""
    close_the_door_on_term(server)
    if drain_seconds:
        from fileapi.health.stopping import drain_on_term

        drain_on_term(drain_seconds)
