from ._shared import NAME


def GET(slug):
    return {"file": "[...slug].py", "slug": slug, "shared": NAME}
