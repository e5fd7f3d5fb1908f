from __future__ import annotations


def GET(id, req, query):
    return {"id": id, "query": query["id"], "all": query.getlist("id"), "param": req.params["id"]}
