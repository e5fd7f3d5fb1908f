def GET(id):
    return f"id {id}"
