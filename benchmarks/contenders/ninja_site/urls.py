from __future__ import annotations

from django.urls import path

from benchmarks.contenders.ninja_site.api import api

urlpatterns = [path("api/", api.urls)]
