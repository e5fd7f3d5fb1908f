import uuid


def GET(key: uuid.UUID):
    return {"key": key}
