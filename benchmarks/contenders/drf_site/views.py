"""The same endpoints by Django REST framework."""

from __future__ import annotations

from typing import Any

from rest_framework import generics, serializers
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from benchmarks.cases import LISTED, items
from benchmarks.contenders.items.models import Item
from benchmarks.contenders.tokens import user_of


class Hello(APIView):
    def get(self, request: Request) -> Response:
        return Response({"message": "Hello, API!"})


class User(APIView):
    def get(self, request: Request, id: int) -> Response:
        return Response({"id": id, "name": "Dynamic User"})


class Feedback(APIView):
    def post(self, request: Request) -> Response:
        return Response({"status": "received", "feedback": request.data["feedback"]}, status=201)


class FeedbackSerializer(serializers.Serializer[Any]):
    feedback = serializers.CharField()


class ReceivedSerializer(serializers.Serializer[Any]):
    status = serializers.CharField()
    feedback = serializers.CharField()


class Typed(APIView):
    def post(self, request: Request) -> Response:
        body = FeedbackSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        received = {"status": "received", "feedback": body.validated_data["feedback"]}
        return Response(ReceivedSerializer(received).data, status=201)


class Listing(APIView):
    def get(self, request: Request) -> Response:
        return Response(items(LISTED))


class ItemSerializer(serializers.ModelSerializer[Item]):
    class Meta:
        model = Item
        fields = ["id", "title", "author", "pages", "cents"]


class Rows(generics.ListAPIView[Item]):
    queryset = Item.objects.order_by("id")
    serializer_class = ItemSerializer


class Token(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Any, str] | None:
        scheme, _, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme != "Bearer":
            return None
        user = user_of(token)
        if user is None:
            raise AuthenticationFailed
        return user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class Guarded(APIView):
    authentication_classes = [Token]
    permission_classes = [IsAuthenticated]

    def get(self, request: Request) -> Response:
        return Response({"id": request.user.pk, "email": request.user.email})
