from __future__ import annotations


def handler(req):
    body = req.body
    return {
        "method": req.method,
        "query": {name: req.query.getlist(name) for name in sorted(req.query)},
        "cookies": dict(sorted(req.cookies.items())),
        "headers": {name: value for name, value in sorted(req.headers.items()) if name[0] == "X"},
        "type": req.content_type,
        "length": req.META.get("CONTENT_LENGTH"),
        "body": list(body) if isinstance(body, bytes) else body,
        "ip": req.ip,
        "root": req.build_absolute_uri("/"),
    }
