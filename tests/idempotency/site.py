"""A site behind gunicorn, whose POST waits, writes and dies as a test wants it to."""

from __future__ import annotations

import http.client
import json
import time
from pathlib import Path
from typing import Any

from tests.live.client import JSON, Answer
from tests.live.servers import Server

ROUTES = {
    "orders.py": """\
        import os
        import signal
        from pathlib import Path

        from django.db import connection, transaction

        from fileapi import Config
        from project.orders.models import Order

        config = Config(auth=None, idempotent=True)

        def POST(body, res):
            if body.get("wait"):
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(42)")
            order = Order.objects.create(item=body["item"])
            _die("before the commit")
            transaction.on_commit(lambda: _die("after the commit"))
            res.status(201).json({"id": order.pk})

        def _die(when):
            order = Path(os.environ["ORDERS_TO_DIE"]) / when
            try:
                order.unlink()
            except FileNotFoundError:
                return
            os.kill(os.getpid(), signal.SIGKILL)
        """,
}
PATIENCE = 10.0  # seconds


def send(site: Server, key: str, **body: Any) -> Answer:
    headers = {**JSON, "Idempotency-Key": key}
    return site.ask("POST", "/api/orders", json.dumps(body), headers)


def dies_for(site: Server, folder: Path, when: str, key: str, **body: Any) -> bool:
    """Send a request whose worker kills itself; tell whether it ended without an answer."""
    (folder / when).touch()
    try:
        send(site, key, **body)
    except (http.client.HTTPException, OSError):
        return not (folder / when).exists()
    return False


def send_until_answered(site: Server, key: str, **body: Any) -> Answer:
    """Send a request as a client does that was told to come again, or nothing at all."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            answer = send(site, key, **body)
        except (http.client.HTTPException, OSError):
            answer = None
        if answer is not None and answer.status != 409:
            return answer
        assert time.monotonic() < deadline, answer
        time.sleep(0.05)
