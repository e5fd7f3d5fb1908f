def GET():
    return "index"
