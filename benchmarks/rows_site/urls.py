from __future__ import annotations

from django.urls import path

from benchmarks.rows_site import drf, ninja_api
from fileapi.urls import mount

urlpatterns = [
    path("drf/flat", drf.Flat.as_view()),
    path("drf/nested", drf.Nested.as_view()),
    path("ninja/", ninja_api.api.urls),
    mount("fileapi/", root="benchmarks.rows_site.api"),
]
