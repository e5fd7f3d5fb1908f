from __future__ import annotations

from hashlib import sha256


def POST(req):
    body = req.body
    sums = {name: sha256(file.read()).hexdigest() for name, file in req.files.items()}
    return {"body": body, "files": sums}
