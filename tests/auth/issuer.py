"""An issuer of tokens on this machine: it publishes keys, or misbehaves."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt

from .crafted import claims, private_key

ALGORITHMS: dict[str, Any] = {
    "rsa": jwt.algorithms.RSAAlgorithm,
    "p256": jwt.algorithms.ECAlgorithm,
    "ed25519": jwt.algorithms.OKPAlgorithm,
}


def jwk(id: str, kind: str = "rsa", **changes: Any) -> dict[str, Any]:
    """Return the public half of a key as a JSON Web Key."""
    family = "rsa" if kind.startswith("rsa") else kind
    entry = ALGORITHMS[family].to_jwk(private_key(kind).public_key(), as_dict=True)
    return {**entry, "kid": id, "use": "sig", **changes}


def token(id: str, kind: str = "rsa", algorithm: str = "RS256", **changes: Any) -> str:
    """Return an access token of the issuer, typed as RFC 9068 says."""
    typ = changes.pop("typ", "at+jwt")
    made = claims(token_use=None, **changes)
    return jwt.encode(made, private_key(kind), algorithm, headers={"kid": id, "typ": typ})


class Issuer:
    """What the server answers, and how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.paths: list[str] = []
        self.ended = threading.Event()
        self.answer: Callable[[Any], None] = self.publish(jwk("first"))
        self.server: Any = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/keys"

    def publish(self, *keys: Any, status: int = 200, kind: str = "application/json") -> Any:
        """Answer with these keys from now on."""
        return self.say(json.dumps({"keys": keys}).encode(), status=status, kind=kind)

    def say(
        self, body: bytes, status: int = 200, kind: str = "application/json", **more: str
    ) -> Any:
        def answer(request: Any) -> None:
            request.send_response(status)
            request.send_header("Content-Type", kind)
            request.send_header("Content-Length", str(len(body)))
            for name, value in more.items():
                request.send_header(name, value)
            request.end_headers()
            request.wfile.write(body)

        self.answer = answer
        return answer

    def hang(self) -> None:
        """Take the request, and answer nothing."""
        self.answer = lambda request: self.ended.wait(20) and None

    def drip(self, start: bytes) -> None:
        """Send a byte every 50 ms, without an end."""

        def answer(request: Any) -> None:
            request.wfile.write(start)
            while not self.ended.wait(0.05):
                request.wfile.write(b" ")
                request.wfile.flush()

        self.answer = answer

    def __enter__(self) -> Issuer:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked += 1
                issuer.paths.append(self.path)
                with contextlib.suppress(OSError):  # the client may have left
                    issuer.answer(self)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *args: Any) -> None:
        self.ended.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)
