"""Clients that order, and try again with the same key until they know that it is done."""

from __future__ import annotations

import http.client
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

JSON = {"Content-Type": "application/json"}
PATIENCE = 30.0  # seconds for one order


class Customers:
    """So many clients, each with one order after the other, until they are told to stop."""

    def __init__(self, port: int, count: int) -> None:
        self.port = port
        self.mark = secrets.token_hex(4)
        self.done: list[str] = []
        self.tried_again = 0
        self.given_up: list[str] = []
        self._ending = Event()
        self._threads = [Thread(target=self._run, args=(number,)) for number in range(count)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join(timeout=2 * PATIENCE)

    def _run(self, client: int) -> None:
        number = 0
        while not self._ending.is_set():
            number += 1
            self._order(f"{self.mark} {client} {number}")

    def _order(self, item: str) -> None:
        headers = {**JSON, "Idempotency-Key": item.replace(" ", "-")}
        body = json.dumps({"item": item})
        deadline = time.monotonic() + PATIENCE
        last = ""
        while time.monotonic() < deadline:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            try:
                connection.request("POST", "/api/orders", body, headers)
                response = connection.getresponse()
                response.read()
                if response.status == 201:
                    self.done.append(item)
                    return
                last = str(response.status)
            except (OSError, http.client.HTTPException) as error:
                last = repr(error)
            finally:
                connection.close()
            self.tried_again += 1
            time.sleep(0.05)
        self.given_up.append(f"{item}: {last}")


@contextmanager
def ordering(port: int, count: int = 32) -> Iterator[Customers]:
    """Let clients order while the block runs."""
    customers = Customers(port, count)
    customers.start()
    try:
        yield customers
    finally:
        customers.stop()
