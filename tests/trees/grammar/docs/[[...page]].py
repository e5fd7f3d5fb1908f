def GET(page: list[str], req):
    return {"page": page, "params": req.params}
