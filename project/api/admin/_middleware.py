from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import IsAdminUser

from fileapi import Config
from project.accounts.authentication import AccessToken

config = Config(auth=[AccessToken, SessionAuthentication], permissions=[IsAdminUser])
