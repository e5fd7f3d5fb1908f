from rest_framework.authentication import SessionAuthentication

from fileapi import Config
from project.accounts.authentication import AccessToken

config = Config(auth=[AccessToken, SessionAuthentication])


def GET(req):
    return {"id": req.user.pk, "email": req.user.email, "name": req.user.name}
