from __future__ import annotations

from contextvars import ContextVar

from django.utils import translation

variable = ContextVar("variable", default="clean")


def GET(req):
    return {
        "variable": variable.get(),
        "language": translation.get_language(),
        "user": str(req.django.user),
        "id": req.id,
        "mark": getattr(req.django, "mark", None),
        "cookies": dict(req.cookies),
        "query": dict(req.query),
        "body": req.body,
    }


def POST(req, res):
    variable.set("left")
    translation.activate("de")
    req.django.mark = "left"
    res.set_cookie("left", "1")
    res.set_header("X-Left", "1")
    return {"language": translation.get_language()}
