"""One effect for a request that is sent again with its ``Idempotency-Key``.

The rules are those of draft-ietf-httpapi-idempotency-key-header, and Stripe's where it is silent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, transaction

from fileapi.config import Config
from fileapi.http.errors import HttpError
from fileapi.http.pending import Unanswerable
from fileapi.http.request import Request
from fileapi.http.response import Response
from fileapi.http.stored import StoredAnswer
from fileapi.routing.problem import Problem

if TYPE_CHECKING:
    from .order import Step

APP = "fileapi.idempotency"


def unfit(config: Config, is_async: bool, file: str) -> Problem | None:
    """Return why the effects of a route cannot be kept to one, or None."""
    if not apps.is_installed(APP):
        return _problem(
            "E038",
            file,
            f"has Config(idempotent=True), and {APP!r} is not installed.",
            f"Add {APP!r} to INSTALLED_APPS, and migrate.",
        )
    if is_async:
        return _problem(
            "E037",
            file,
            "has Config(idempotent=True) and is async, where no transaction holds.",
            "Make its POST or PATCH sync, and the middleware around it, or write idempotent=False.",
        )
    if not config.body:
        return _problem(
            "E037",
            file,
            "has Config(idempotent=True) and body=False: two bodies cannot be told apart unread.",
            "Leave body=False out, or write idempotent=False.",
        )
    return None


def idempotent(step: Step, scope: str) -> Step:
    """Return a step that runs once for each key, in one transaction with the key's row.

    ``scope`` is what a key belongs to: one route file. Whatever ends the transaction early, an
    exception or the end of the process, leaves neither row nor effect, and the next try runs anew.
    """
    from fileapi.idempotency import digests
    from fileapi.idempotency.key_text import key_text
    from fileapi.idempotency.models import IdempotencyKey, InProgress

    keys = IdempotencyKey.objects.using(DEFAULT_DB_ALIAS)

    def run(req: Request, res: Response) -> None:
        key = key_text(req.django.META.get("HTTP_IDEMPOTENCY_KEY"))
        digest = digests.of_key(req, scope, key)
        fingerprint = digests.of_request(req)  # a slow body holds no transaction open
        with transaction.atomic(using=DEFAULT_DB_ALIAS):
            try:
                row = keys.claim(digest, fingerprint)
            except InProgress:
                raise HttpError(
                    409,
                    "The first request with this Idempotency-Key is still running.",
                    headers={"Retry-After": "1"},
                ) from None
            if row.answer is not None:
                _send_again(row, fingerprint, res)
                return
            before = res.headers_set()
            step(req, res)
            if res.status_code >= 500 or transaction.get_rollback(using=DEFAULT_DB_ALIAS):
                transaction.set_rollback(True, using=DEFAULT_DB_ALIAS)
                return
            row.answer = _stored(res, before)
            row.save(using=DEFAULT_DB_ALIAS, update_fields=["answer"])

    return run


def _send_again(row: Any, fingerprint: str, res: Response) -> None:
    if row.fingerprint != fingerprint:
        raise HttpError(422, "This Idempotency-Key has been used for another request.")
    answer = StoredAnswer.decode(bytes(row.answer))
    if answer is None:
        raise RuntimeError("The stored answer of an idempotency key cannot be read.")
    answer.send(res)
    res.set_header("Idempotency-Replayed", "true")


def _stored(res: Response, before: dict[str, str]) -> bytes:
    answer = StoredAnswer.of(res, before)
    if answer is None:
        raise Unanswerable(
            "A stream or a file cannot be sent again for an Idempotency-Key. Answer with JSON, "
            "text or bytes, or write idempotent=False."
        )
    return answer.encode()


def _problem(id: str, file: str, message: str, hint: str) -> Problem:
    return Problem(id=id, message=f"{file!r} {message}", hint=hint, files=(file,))
