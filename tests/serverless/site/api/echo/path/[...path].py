from __future__ import annotations


def GET(path, req):
    return {"path": path, "whole": req.path}
