"""The floor: what Django itself costs around a match and a response that are both ready."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch
from django.views.decorators.csrf import csrf_exempt

from benchmarks.cases import CASES, Case


def ready_match(case: Case) -> ResolverMatch:
    response = HttpResponse(
        json.dumps(case.answer), status=case.status, content_type="application/json"
    )

    @csrf_exempt
    def view(request: HttpRequest) -> HttpResponse:
        return response

    return ResolverMatch(view, (), {}, route=case.path[1:], captured_kwargs={}, extra_kwargs={})


class ReadyPattern:
    """All that Django's root resolver asks of a pattern, answered by one look-up."""

    pattern = ""

    def __init__(self) -> None:
        self.resolve = {case.path[1:]: ready_match(case) for case in CASES.values()}.get


urlpatterns = [ReadyPattern()]
