def GET(id):
    return {"id": id, "name": "Dynamic User"}
