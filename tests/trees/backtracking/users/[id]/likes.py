def GET(id):
    return f"likes of {id}"
