"""Which fault of a database is 503, and which is a bug."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

IMPORTS = """
import sqlite3
import psycopg
from django.db import DataError, IntegrityError, InternalError, OperationalError, ProgrammingError
from psycopg import errors
from psycopg_pool import PoolClosed, PoolTimeout, TooManyRequests

def raised(kind, cause):
    # As Django does, which wraps what a driver has raised.
    error = kind("SELECT secret")
    error.__cause__ = cause
    return error

def sqlite(code):
    error = sqlite3.OperationalError("secret")
    error.sqlite_errorcode = code
    return raised(OperationalError, error)
"""

OUTAGES = [
    "raised(OperationalError, PoolTimeout('secret'))",
    "raised(OperationalError, TooManyRequests('secret'))",
    "raised(OperationalError, PoolClosed('secret'))",
    "raised(OperationalError, psycopg.OperationalError('connection refused'))",
    "raised(OperationalError, errors.ConnectionTimeout('secret'))",
    "raised(OperationalError, errors.DeadlockDetected('secret'))",
    "raised(OperationalError, errors.SerializationFailure('secret'))",
    "raised(OperationalError, errors.TooManyConnections('secret'))",
    "raised(OperationalError, errors.DiskFull('secret'))",
    "raised(OperationalError, errors.AdminShutdown('secret'))",
    "raised(OperationalError, errors.CannotConnectNow('secret'))",
    "raised(OperationalError, errors.ProtocolViolation('of pgbouncer'))",
    "raised(OperationalError, errors.QueryCanceled('statement timeout'))",
    "raised(OperationalError, errors.LockNotAvailable('secret'))",
    "raised(InternalError, errors.ReadOnlySqlTransaction('secret'))",
    "PoolTimeout('of a pool of its own')",
    "errors.DeadlockDetected('of a connection of its own')",
    "sqlite(sqlite3.SQLITE_BUSY)",
    "sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT)",
    "sqlite(sqlite3.SQLITE_LOCKED)",
    "sqlite(sqlite3.SQLITE_FULL)",
    "sqlite(sqlite3.SQLITE_CANTOPEN)",
]

BUGS = [
    "raised(ProgrammingError, errors.UndefinedTable('secret'))",
    "raised(ProgrammingError, errors.SyntaxError('secret'))",
    "raised(OperationalError, errors.UndefinedTable('secret'))",
    "raised(DataError, errors.NumericValueOutOfRange('secret'))",
    "raised(IntegrityError, errors.UniqueViolation('secret'))",
    "raised(InternalError, errors.InFailedSqlTransaction('secret'))",
    "raised(ProgrammingError, psycopg.ProgrammingError('secret'))",
    "psycopg.InterfaceError('the cursor is closed')",
    "OperationalError('without a cause')",
    "sqlite(sqlite3.SQLITE_ERROR)",
    "sqlite3.ProgrammingError('closed database')",
    "ConnectionError('of something else')",
]


@pytest.mark.parametrize("kind", ["def", "async def"])
@pytest.mark.parametrize("error", OUTAGES)
def test_i12_i13_i17_a_fault_that_passes_is_503_and_tells_nothing(
    api: Any, caplog: pytest.LogCaptureFixture, kind: str, error: str
) -> None:
    response = api({"a.py": f"{IMPORTS}\n{kind} GET(): raise {error}"}).get("/api/a")
    assert (response.status_code, response.json()) == (
        503,
        {
            "type": "about:blank",
            "title": "Service Unavailable",
            "status": 503,
            "detail": "The database is not available now. Try again.",
        },
    )
    assert response.headers["Retry-After"] == "1"
    [record] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert record.getMessage() == "Service Unavailable: /api/a: in a.py: see the traceback"
    assert record.exc_info


@pytest.mark.parametrize("error", BUGS)
def test_every_other_error_of_a_database_is_a_bug(api: Any, error: str) -> None:
    response = api({"a.py": f"{IMPORTS}\ndef GET(): raise {error}"}).get("/api/a")
    assert (response.status_code, response.json()) == (
        500,
        {"type": "about:blank", "title": "Internal Server Error", "status": 500},
    )


def test_a_guard_that_cannot_ask_its_database_refuses_with_503(api: Any) -> None:
    text = f"""{IMPORTS}
from fileapi import Config
from rest_framework.authentication import BaseAuthentication

class Token(BaseAuthentication):
    def authenticate(self, request): raise raised(OperationalError, PoolTimeout())

config = Config(auth=[Token])
def GET(): return "in"
"""
    response = api({"a.py": text}).get("/api/a")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")


def test_headers_that_were_set_before_stay_on_the_answer(api: Any) -> None:
    text = f"""{IMPORTS}
def GET(res):
    res.set_header("X-Area", "admin").set_header("Cache-Control", "max-age=60")
    raise PoolTimeout()
"""
    response = api({"a.py": text}).get("/api/a")
    assert response.headers["X-Area"] == "admin"
    assert "Cache-Control" not in response.headers


def test_no_driver_is_imported_to_ask() -> None:
    code = (
        "import sys\n"
        "import django.db\n"
        "from fileapi.http.errors import refusal\n"
        "assert refusal(RuntimeError()) is None\n"
        "print({'psycopg', 'psycopg_pool', 'sqlite3'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert (done.stdout, done.stderr) == ("set()\n", "")
