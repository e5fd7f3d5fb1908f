"""What stands between the guards and a view of DRF's meets the user of the guards."""

from __future__ import annotations

from typing import Any

from .people import PEOPLE, USE, seen, token

TEXT = """
from fileapi import Rate
from rest_framework import viewsets
from rest_framework.authentication import BasicAuthentication, SessionAuthentication
from rest_framework.response import Response

def count(req):
    seen.append(f"rate of {req.user.username}")
    return req.user.pk

def middleware(req, res, next):
    seen.append(f"middleware of {req.user.username}")
    next()

class Books(viewsets.ViewSet):
    authentication_classes = [SessionAuthentication, BasicAuthentication]
    permission_classes = []
    def list(self, request):
        return Response(None)

config = Config(auth=[Token], rate=Rate("100/min", per=count))
handler = Books.as_view({"get": "list"})
"""


def test_limits_and_middleware_before_a_view_of_drf_meet_the_user_of_the_guards(api: Any) -> None:
    served = api({**PEOPLE, "books.py": USE + TEXT})
    assert served.get("/api/books", **token("ann")).status_code == 200
    assert seen(served) == ["Token", "rate of ann", "middleware of ann"]
