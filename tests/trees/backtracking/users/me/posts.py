def GET():
    return "my posts"
