from __future__ import annotations

from django.contrib import admin
from django.urls import path

from fileapi.urls import mount

# For what fails before a route file is reached: a session that needs the database, the admin.
handler500 = "fileapi.urls.server_error"

urlpatterns = [path("admin/", admin.site.urls), mount("api/")]
