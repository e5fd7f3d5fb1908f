from __future__ import annotations

from django.db import connection

from fileapi import Config

# As many as there are threads: never one too many.
config = Config(max_streams=8)


def GET(query, res):
    count = int(query["count"])

    def numbers():
        for number in range(count):
            with connection.cursor() as cursor:
                cursor.execute("SELECT %s", [number])
                yield f"{cursor.fetchone()[0]}\n"

    return res.stream(numbers(), "text/plain")
