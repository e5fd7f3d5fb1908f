def GET():
    return "me"
