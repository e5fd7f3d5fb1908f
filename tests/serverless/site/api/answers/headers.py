from __future__ import annotations


def GET(res):
    res.set_header("X-List", ["a", "b"]).append_header("Vary", "Accept").append_header("Vary", "X")
    res.cache(public=True, max_age=60).json({"ok": True})
