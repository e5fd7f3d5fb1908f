def GET(path: list[str]):
    return {"path": path}
