def GET(id):
    return {"posts_of": id}
