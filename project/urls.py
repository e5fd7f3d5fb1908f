from __future__ import annotations

from django.contrib import admin
from django.urls import path

from fileapi.urls import mount

urlpatterns = [path("admin/", admin.site.urls), mount("api/")]
