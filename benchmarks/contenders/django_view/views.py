"""What a person writes by hand who wants no framework: the bar to pass."""

from __future__ import annotations

import json

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from benchmarks.cases import LISTED, items
from benchmarks.contenders.items.models import Item
from benchmarks.contenders.tokens import user_of


# No method check: the route file's `handler` has none either.
def hello(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"message": "Hello, API!"})


@require_GET
def user(request: HttpRequest, id: int) -> JsonResponse:
    return JsonResponse({"id": id, "name": "Dynamic User"})


@csrf_exempt
@require_POST
def feedback(request: HttpRequest) -> JsonResponse:
    body = json.loads(request.body)
    return JsonResponse({"status": "received", "feedback": body["feedback"]}, status=201)


@csrf_exempt
@require_POST
def typed(request: HttpRequest) -> JsonResponse:
    body = json.loads(request.body)
    if not isinstance(body, dict) or not isinstance(body.get("feedback"), str):
        errors = [{"pointer": "/feedback", "message": "This must be a string.", "kind": "type"}]
        return JsonResponse({"errors": errors}, status=422)
    return JsonResponse({"status": "received", "feedback": body["feedback"]}, status=201)


@require_GET
def listing(request: HttpRequest) -> JsonResponse:
    return JsonResponse(items(LISTED), safe=False)


@require_GET
def rows(request: HttpRequest) -> JsonResponse:
    answer = [
        {
            "id": item.pk,
            "title": item.title,
            "author": item.author,
            "pages": item.pages,
            "cents": item.cents,
        }
        for item in Item.objects.order_by("id")
    ]
    return JsonResponse(answer, safe=False)


@require_GET
def guarded(request: HttpRequest) -> JsonResponse:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    user = user_of(token) if scheme == "Bearer" else None
    if user is None:
        challenge = {"WWW-Authenticate": "Bearer"}
        return JsonResponse({"detail": "Who are you?"}, status=401, headers=challenge)
    return JsonResponse({"id": user.pk, "email": user.email})
