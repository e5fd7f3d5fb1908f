"""A provider that answers what a test says: the faults that no real one can be made to have."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

CLIENT_ID = "site-at-faulty"
ACCESS_TOKEN = "canary-access-token"
REFRESH_TOKEN = "canary-refresh-token"

Answer = Callable[[BaseHTTPRequestHandler], None]

KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER_KEY = ECKey.generate_key("P-256", {"kid": "other", "use": "sig"})


class Faulty:
    """Serves metadata, keys and tokens that are right, until a test replaces one of ``answers``."""

    def __init__(self) -> None:
        self.over = Event()
        self.asked: list[str] = []
        self.sent: list[dict[str, str]] = []  # headers of each request
        self.bodies: list[str] = []
        self.keys: list[Any] = [KEY]
        self.id_token = ""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.server.over = self.over  # type: ignore[attr-defined]  # for what waits in an answer
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.metadata: dict[str, Any] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
        }
        self.answers: dict[str, Answer] = {
            "/.well-known/openid-configuration": lambda to: send_json(to, self.metadata),
            "/jwks": lambda to: send_json(to, KeySet(self.keys).as_dict(private=False)),
            "/token": lambda to: send_json(to, self.token()),
        }

    def __enter__(self) -> Faulty:
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.over.set()
        self.server.shutdown()
        self.thread.join(10)
        self.server.server_close()

    def token(self) -> dict[str, Any]:
        """Return what the token endpoint answers."""
        return {
            "access_token": ACCESS_TOKEN,
            "refresh_token": REFRESH_TOKEN,
            "token_type": "Bearer",
            "expires_in": 60,
            "id_token": self.id_token,
        }

    def claims(self, **others: Any) -> dict[str, Any]:
        """Return the claims of an ID token; a claim that is given as None is left out."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "ada",
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "email": "ada@example.com",
            "email_verified": True,
            **others,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        faulty = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                faulty.asked.append(self.path)
                faulty.sent.append(dict(self.headers))
                faulty.bodies.append(self.rfile.read(length).decode())
                try:
                    faulty.answers[self.path](self)
                except OSError:
                    self.close_connection = True  # the site has hung up

            do_POST = do_GET

            def log_message(self, *arguments: object) -> None:
                """Say nothing."""

        return Handler


def sign(claims: dict[str, Any], key: Any = KEY, **header: Any) -> str:
    """Return an ID token; ``header`` is what its header says besides, or instead."""
    algorithm = "RS256" if isinstance(key, RSAKey) else "ES256"
    return jwt.encode({"alg": algorithm, "kid": key.kid, **header}, claims, key)


def send(
    to: BaseHTTPRequestHandler, status: int, body: bytes, kind: str = "text/html", **headers: str
) -> None:
    """Send one whole answer."""
    to.send_response(status)
    to.send_header("Content-Type", kind)
    to.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        to.send_header(name, value)
    to.end_headers()
    to.wfile.write(body)


def send_json(to: BaseHTTPRequestHandler, value: Any, status: int = 200) -> None:
    """Send a value as JSON."""
    send(to, status, json.dumps(value).encode(), "application/json")
