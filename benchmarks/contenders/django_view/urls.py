from __future__ import annotations

from django.urls import path

from benchmarks.contenders.django_view.views import feedback, hello, typed, user

urlpatterns = [
    path("api/hello", hello),
    path("api/users/<int:id>", user),
    path("api/feedback", feedback),
    path("api/typed", typed),
]
