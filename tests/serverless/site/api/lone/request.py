from __future__ import annotations


def handler(req):
    meta = req.META
    return {
        "path": req.path,
        "path_info": meta["PATH_INFO"],
        "script": meta["SCRIPT_NAME"],
        "root": req.build_absolute_uri(),
        "secure": req.is_secure(),
        "ip": req.ip,
        "id": req.id,
        "peer": meta["REMOTE_ADDR"],
        "headers": {name: value for name, value in meta.items() if name.startswith("HTTP")},
    }
