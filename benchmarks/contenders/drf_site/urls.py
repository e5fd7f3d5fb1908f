from __future__ import annotations

from django.urls import path

from benchmarks.contenders.drf_site import views

urlpatterns = [
    path("api/hello", views.Hello.as_view()),
    path("api/users/<int:id>", views.User.as_view()),
    path("api/feedback", views.Feedback.as_view()),
    path("api/typed", views.Typed.as_view()),
    path("api/listing", views.Listing.as_view()),
    path("api/rows", views.Rows.as_view()),
    path("api/guarded", views.Guarded.as_view()),
]
