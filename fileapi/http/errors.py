"""Refusals: the one exception a handler raises, and its body (RFC 9457)."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from http import HTTPStatus
from math import ceil
from typing import Any

import msgspec
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

PROBLEM_JSON = "application/problem+json"


class HttpError(Exception):
    """Answer with this status and an ``application/problem+json`` body.

    ``detail`` is for the client. ``errors`` lists the faults of a request, for 422. ``headers``
    go on the answer. Raises ValueError for a status that is no refusal (400 to 599).
    """

    def __init__(
        self,
        status: int,
        detail: str = "",
        *,
        errors: list[dict[str, Any]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        if not 400 <= status <= 599:
            raise ValueError(f"HttpError({status!r}): the status of a refusal is 400 to 599.")
        super().__init__(status, detail)
        self.status = status
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}

    def body(self) -> bytes:
        """Return the problem document as JSON."""
        problem: dict[str, Any] = {
            "type": "about:blank",
            "title": title(self.status),
            "status": self.status,
        }
        if self.detail:
            problem["detail"] = self.detail
        if self.errors is not None:
            problem["errors"] = self.errors
        return msgspec.json.encode(problem)


class MissingKey(HttpError, KeyError):
    """The client left out a key that the handler asked for: 400, and a KeyError in Python."""

    def __init__(self, where: str, key: object) -> None:
        super().__init__(400, f"The {where} has no {key!r}.")


class Outage(HttpError):
    """The database could not do it now: 503, and nothing of what it said goes to the client."""

    def __init__(self) -> None:
        super().__init__(
            503,
            "The database is not available now. Try again.",
            # A second: by then a lock is free, and a pool has tried to connect again.
            headers={"Retry-After": "1"},
        )


def title(status: int) -> str:
    """Return the reason phrase of a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def refusal(error: Exception) -> HttpError | None:
    """Return what an exception says to the client; None for one that is a bug."""
    if isinstance(error, HttpError):
        return error
    if isinstance(error, Http404):
        return HttpError(404, _own_words(error))
    if isinstance(error, PermissionDenied):
        return HttpError(403, _own_words(error))
    if isinstance(error, RequestDataTooBig):
        return HttpError(413, "The body is larger than DATA_UPLOAD_MAX_MEMORY_SIZE allows.")
    if isinstance(error, (SuspiciousOperation, BadRequest, MultiPartParserError)):
        return HttpError(400, "The request is malformed.")
    if isinstance(error, UnreadablePostError):
        return HttpError(400, "The body ended early.")
    if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
        return HttpError(422, "The input is not valid.", errors=_field_errors(error))
    # Only a route that uses DRF pays for its import.
    drf = sys.modules.get("rest_framework.exceptions")
    if drf is not None and isinstance(error, drf.APIException):
        return _from_drf(error)
    from .outage import outage

    return outage(error)


def _own_words(error: Exception) -> str:
    """Return a message written for the exception, never a repr or an object."""
    return error.args[0] if error.args and isinstance(error.args[0], str) else ""


def _field_errors(error: ValidationError) -> list[dict[str, Any]]:
    return [
        {
            "pointer": "" if field == "__all__" else pointer([field]),
            "message": str(message),
            "kind": fault.code or "invalid",
        }
        for field, faults in error.error_dict.items()
        for fault in faults
        for message in fault.messages
    ]


def _from_drf(error: Any) -> HttpError:
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(ceil(error.wait))
    status = error.status_code
    if isinstance(error.detail, str):
        return HttpError(status, str(error.detail), headers=headers)
    faults = list(drf_faults(error.detail, []))
    if status == 400:
        status = 422  # DRF answers 400 for a failed validation
    return HttpError(status, "The input is not valid.", errors=faults, headers=headers)


def drf_faults(detail: Any, path: list[object]) -> Any:
    if isinstance(detail, dict):
        for key, value in detail.items():
            inner = path if key == "non_field_errors" else [*path, key]
            yield from drf_faults(value, inner)
    elif isinstance(detail, list):
        for index, value in enumerate(detail):
            inner = path if isinstance(value, str) else [*path, index]
            yield from drf_faults(value, inner)
    else:
        kind = getattr(detail, "code", "invalid")
        yield {"pointer": pointer(path), "message": str(detail), "kind": kind}


def pointer(path: list[Any]) -> str:
    """Return a JSON pointer (RFC 6901) for the keys and indexes of ``path``."""
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in path)
