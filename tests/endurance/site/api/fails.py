from __future__ import annotations

from django.db import connection


def GET():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    raise RuntimeError("after a query")
