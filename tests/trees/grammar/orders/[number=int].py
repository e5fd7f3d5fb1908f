def GET(number: int):
    return {"number": number}
