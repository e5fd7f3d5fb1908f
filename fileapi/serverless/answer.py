"""An answer of a WSGI application, collected, as AWS Lambda takes it."""

from __future__ import annotations

import json
import logging
from base64 import b64encode
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from fileapi.http.errors import PROBLEM_JSON, HttpError, title

from .event import Kind

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

logger = logging.getLogger("fileapi.serverless")

# Bytes of an answer as JSON. Lambda names the first one when it refuses an answer.
LIMIT = 6_291_556
LIMIT_OF_LOAD_BALANCERS = 1_048_576

Header = tuple[str, str]


class Answer:
    """The status, headers and body of an answer."""

    def __init__(self, kind: Kind) -> None:
        self.status = ""
        self.headers: list[Header] = []
        self.body = b""
        self._limit = LIMIT_OF_LOAD_BALANCERS if kind == "alb" else LIMIT

    def collect(self, application: WSGIApplication, environ: WSGIEnvironment) -> None:
        """Take the whole answer, and close it: then its ``res.after()`` has run.

        An answer that is too large, and a stream that breaks, are logged and 500: nothing has
        been sent yet.
        """
        parts: list[bytes] = []
        size = 0

        def start_response(
            status: str, headers: list[Header], exc_info: object = None
        ) -> Any:  # the old write(), by PEP 3333
            # Cookies of Django 5.2 begin with a space. gunicorn strips values too.
            self.status = status
            self.headers = [(name, value.strip(" \t")) for name, value in headers]
            return parts.append

        where = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        response: Iterable[bytes] = ()
        try:
            response = application(environ, start_response)
            for part in response:
                parts.append(part)
                size += len(part)
                if size > self._limit:
                    break
        except Exception:
            logger.exception("The answer to %s %s broke.", *where)
            self.refuse(500)
            return
        finally:
            close = getattr(response, "close", None)
            if close is not None:
                close()
        # As a server, which sends no body for these.
        if environ["REQUEST_METHOD"] != "HEAD" and self.status[:3] not in ("204", "304"):
            self.body = b"".join(parts)
        if not self._fits():
            logger.error(
                "The answer to %s %s is too large for AWS Lambda: at most %d bytes as JSON. "
                "Answer with a page of it, or redirect to a store of files.",
                *where,
                self._limit,
            )
            self.refuse(500)

    def refuse(self, status: int, detail: str = "") -> None:
        """Answer with a problem document instead."""
        self.status = f"{status} {title(status)}"
        self.body = HttpError(status, detail).body()
        self.headers = [
            ("Content-Type", PROBLEM_JSON),
            ("Content-Length", str(len(self.body))),
            ("X-Content-Type-Options", "nosniff"),
        ]

    def in_shape(self, shape: dict[str, Any]) -> dict[str, Any]:
        """Return the answer in the shape that apig-wsgi has made of its status and headers."""
        if "headers" in shape:
            # One value a name, of which apig-wsgi keeps the last. It knows a place for cookies
            # in payload 2.0 alone.
            is_v2 = "cookies" in shape
            shape["headers"] = _one_value_each(
                [(n, v) for n, v in self.headers if not is_v2 or n.lower() != "set-cookie"]
            )
        shape.update(self._payload())
        return shape

    def _payload(self) -> dict[str, Any]:
        # By what the body is, and not by its type: text in another charset is no UTF-8 either.
        try:
            return {"isBase64Encoded": False, "body": self.body.decode()}
        except UnicodeDecodeError:
            return {"isBase64Encoded": True, "body": b64encode(self.body).decode()}

    def _fits(self) -> bool:
        head = sum(len(name) + len(value) + 8 for name, value in self.headers) + 200
        if head + 6 * len(self.body) <= self._limit:  # no byte takes more than \u001f does
            return True
        # Non-ASCII text as \u00e9: some versions of Lambda's runtime write it so.
        return head + len(json.dumps(self._payload())) <= self._limit


def _one_value_each(headers: list[Header]) -> dict[str, str]:
    """Return headers where each name may stand once.

    Cookies can not be joined, but names may differ in case: set-cookie, Set-cookie, sEt-cookie.
    """
    single: dict[str, str] = {}
    cookies = 0
    for name, value in headers:
        if name.lower() == "set-cookie":
            single[_set_cookie(cookies)] = value
            cookies += 1
        else:
            single[name] = f"{single[name]}, {value}" if name in single else value
    return single


def _set_cookie(number: int) -> str:
    """Return one of the 512 spellings of Set-Cookie."""
    letters = [c.upper() if number >> n & 1 else c for n, c in enumerate("setcookie")]
    return "".join([*letters[:3], "-", *letters[3:]])
