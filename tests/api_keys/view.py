"""A view of DRF's own, without fileapi."""

from __future__ import annotations

from django.urls import path
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from fileapi.api_keys import APIKeyAuthentication, HasScope


class Mine(APIView):
    authentication_classes = [APIKeyAuthentication]
    permission_classes = [IsAuthenticated]

    def get(self, request: Request) -> Response:
        return Response({"user": request.user.email, "key": str(request.auth)})


class Reports(Mine):
    permission_classes = [HasScope("reports:read")]


urlpatterns = [path("view/mine", Mine.as_view()), path("view/reports", Reports.as_view())]
