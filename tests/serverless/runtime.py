"""Lambda's runtime API, as much as a function needs, and a function that runs against it.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from tests.live.servers import PRODUCTION, REPOSITORY, environment

TIMEOUT = 60.0  # seconds for an answer, a cold start included
ACCOUNT = "arn:aws:lambda:eu-west-1:123456789012:function:site"


class Outcome(NamedTuple):
    """What a function has posted: ``response``, ``error`` or ``init``, and its JSON."""

    kind: str
    value: Any
    size: int  # bytes of the JSON


class _Api(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # 40 ms an event otherwise
    server: _Server

    def do_GET(self) -> None:
        while (event := self.server.take()) is None:
            if self.server.stopping:
                return
        id, body = event
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Lambda-Runtime-Aws-Request-Id", id)
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + TIMEOUT) * 1000)))
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", ACCOUNT)
        self.send_header("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700")
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        kind = self.path.rpartition("/")[2] if "/invocation/" in self.path else "init"
        self.server.outcomes.put(Outcome(kind, json.loads(body), len(body)))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    stopping = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Api)
        self.events: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self.outcomes: queue.Queue[Outcome] = queue.Queue()

    def take(self) -> tuple[str, bytes] | None:
        with suppress(queue.Empty):
            return self.events.get(timeout=0.1)
        return None


class Function:
    """A function in a warm process: AWS's own client for Python runs its handler."""

    def __init__(self, handler: str, settings: str, env: dict[str, str], output: Path) -> None:
        self.output = output
        self._server = _Server()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self._count = 0
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        with output.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "awslambdaric", handler],
                cwd=REPOSITORY,
                env={
                    **environment("project", REPOSITORY, PRODUCTION),
                    "DJANGO_SETTINGS_MODULE": settings,
                    "SECURE_SSL_REDIRECT": "on",
                    "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self._server.server_port}",
                    "AWS_LAMBDA_FUNCTION_NAME": "site",
                    "AWS_EXECUTION_ENV": f"AWS_Lambda_python{version}",
                    **env,
                },
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def invoke(self, event: Any) -> Outcome:
        """Give the function an event, and return what comes of it."""
        self._count += 1
        self._server.events.put((f"aws-{self._count}", json.dumps(event).encode()))
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            with suppress(queue.Empty):
                return self._server.outcomes.get(timeout=0.5)
            if self.process.poll() is not None:
                break
        raise RuntimeError(f"The function gave no answer:\n{self.printed()}")

    def printed(self) -> str:
        """Return all that the function has printed."""
        return self.output.read_text(errors="replace")

    def stop(self) -> None:
        """End the process and the runtime API."""
        self.process.kill()
        self.process.wait()
        self._server.stopping = True
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
