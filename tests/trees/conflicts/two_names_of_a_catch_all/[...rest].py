def GET():
    return {}
