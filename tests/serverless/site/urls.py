from __future__ import annotations

from fileapi.urls import mount

urlpatterns = [mount("api/")]
