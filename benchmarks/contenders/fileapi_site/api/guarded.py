from fileapi import Config
from fileapi.auth import JWTAuthentication

config = Config(auth=[JWTAuthentication])


def GET(req):
    return {"id": req.user.pk, "email": req.user.email}
