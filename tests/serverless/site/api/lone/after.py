from __future__ import annotations

jobs = []


def GET(query, res):
    res.after(jobs.append, query["job"])
    return list(jobs)
