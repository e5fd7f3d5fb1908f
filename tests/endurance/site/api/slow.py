"""An answer that takes a while, and work that it leaves behind."""

from __future__ import annotations

import time

from tests.endurance.site.journal import note


def GET(query, res):
    note(query["name"], "asked")
    time.sleep(0.5)
    res.after(note, query["name"], "done")
    return {"message": "That took a while."}
