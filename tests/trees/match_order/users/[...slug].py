def GET(slug):
    return f"slug {slug}"
