"""Which exception of a database is a fault that passes, and which is a bug."""

from __future__ import annotations

import sys

from django.db.utils import Error

from .errors import Outage

# PostgreSQL's own numbers and classes of them (its manual, appendix A).
_SQLSTATES = (
    "08",  # the connection failed; pgbouncer's errors are 08P01
    "40",  # rolled back: a deadlock, a serialization failure
    "53",  # no more connections, memory or disk
    "57P",  # the server shuts down, starts up or ended this connection
    "25006",  # read-only: a replica, while another server takes over
    "25P03",  # it ended an idle transaction
    "25P04",  # it ended a transaction that took too long
    "55P03",  # a lock was not to be had
    "57014",  # a statement took longer than it may
)
# SQLite's: BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN (https://sqlite.org/rescode.html).
_SQLITE = frozenset({5, 6, 8, 10, 13, 14})


def outage(error: BaseException) -> Outage | None:
    """Return the refusal for a fault of a database that passes; None for anything else.

    Django's exceptions tell by what they were raised from: PostgreSQL's by SQLSTATE, or by being
    an OperationalError without one, which is of the connection or its pool; SQLite's by number.
    """
    original = error.__cause__ if isinstance(error, Error) else error
    # Whoever has raised one of them has imported its module.
    psycopg, sqlite3 = sys.modules.get("psycopg"), sys.modules.get("sqlite3")
    if psycopg is not None and isinstance(original, psycopg.Error):
        state = original.sqlstate
        passes = (
            isinstance(original, psycopg.OperationalError)
            if state is None
            else state.startswith(_SQLSTATES)
        )
    elif sqlite3 is not None and isinstance(original, sqlite3.Error):
        # An extended number has the kind in its last byte. Python's own errors have none.
        passes = getattr(original, "sqlite_errorcode", 0) & 0xFF in _SQLITE
    else:
        return None
    return Outage() if passes else None
