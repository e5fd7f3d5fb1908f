def GET(tag: str):
    return {"tag": tag}
