def GET(rest):
    return f"rest {rest}"
