from __future__ import annotations

from django.urls import path

from benchmarks.contenders.django_view import views

urlpatterns = [
    path("api/hello", views.hello),
    path("api/users/<int:id>", views.user),
    path("api/feedback", views.feedback),
    path("api/typed", views.typed),
    path("api/listing", views.listing),
    path("api/rows", views.rows),
    path("api/guarded", views.guarded),
]
