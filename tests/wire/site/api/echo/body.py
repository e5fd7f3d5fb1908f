from __future__ import annotations


def handler(req):
    body = req.body
    kind = type(body).__name__
    return {"method": req.method, "type": kind, "value": list(body) if kind == "bytes" else body}
