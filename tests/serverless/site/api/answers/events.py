from __future__ import annotations


def GET(res):
    res.sse(iter([{"n": 1}, {"n": "zwei ü"}]))
