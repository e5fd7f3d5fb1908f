"""Route files that need the database, and one that does not."""

from __future__ import annotations

ROUTES = {
    "plain.py": """\
        def GET():
            return {"plain": True}
        """,
    "backend.py": """\
        from django.db import connection

        def GET():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid(), current_setting('TimeZone')")
                backend, zone = cursor.fetchone()
            return {"backend": backend, "zone": zone}
        """,
    "later.py": """\
        from asgiref.sync import sync_to_async
        from django.db import connection

        def ask():
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                return cursor.fetchone()[0]

        async def GET():
            return {"one": await sync_to_async(ask)()}
        """,
    "slow.py": """\
        from django.db import connection

        def GET(query):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(%s)", [float(query["seconds"])])
            return {"slept": True}
        """,
    "fails.py": """\
        from django.db import connection, transaction

        def GET(query):
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            if "open" in query:  # a transaction that nobody closes
                transaction.set_autocommit(False)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
            raise RuntimeError("after a query")
        """,
    "bug.py": """\
        from django.db import connection

        def GET():
            with connection.cursor() as cursor:
                cursor.execute("SELECT secret FROM no_such_table")
        """,
    # Outside of a transaction, a part of the rows at a time.
    "rows.py": """\
        from django.contrib.sessions.models import Session

        def GET():
            return {"rows": sum(1 for _ in Session.objects.iterator(chunk_size=100))}
        """,
    # Two of them, with the rows the other way around, wait for each other.
    "swap/[first=int]/[second=int].py": """\
        from django.db import connection, transaction

        def POST(first, second, query):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL deadlock_timeout = '100ms'")
                level = query.get("level", "READ COMMITTED")
                assert level in ("READ COMMITTED", "SERIALIZABLE")
                cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
                cursor.execute("UPDATE account SET n = n + 1 WHERE id = %s", [first])
                cursor.execute("SELECT pg_sleep(0.3)")
                cursor.execute("UPDATE account SET n = n + 1 WHERE id = %s", [second])
            return {"done": True}
        """,
}
