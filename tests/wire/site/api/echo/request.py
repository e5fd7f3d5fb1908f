from __future__ import annotations


def handler(req):
    return {
        "method": req.method,
        "ip": req.ip,
        "id": req.id,
        "host": req.get_host(),
        "absolute": req.build_absolute_uri(),
    }
