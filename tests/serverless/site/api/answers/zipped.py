from __future__ import annotations

import gzip


def GET(res):
    body = gzip.compress(b'{"zipped": true}', mtime=0)
    res.set_header("Content-Type", "application/json").set_header("Content-Encoding", "gzip")
    res.send(body)
