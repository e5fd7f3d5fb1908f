"""Django's ASGI application, with one hop to a thread for a sync route instead of one a hook.

Django sends each hook of its sync middleware to a thread by itself, even around a sync view: seven
hops for the Security, Common and CSRF middleware alone.
"""

from __future__ import annotations

from typing import Any

import django
from asgiref.sync import iscoroutinefunction, sync_to_async
from django.core.exceptions import BadRequest
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.urls import resolve

from .endpoint.view import unreadable


def get_asgi_application() -> Handler:
    """Set Django up and return the site, as Django's function of this name does."""
    django.setup(set_prefix=False)
    return Handler()


class Handler(ASGIHandler):
    """Django's handler, with the middleware once as coroutines and once as functions."""

    def __init__(self) -> None:
        super().__init__()
        self._in_thread: Any = _SyncHandler()

    def create_request(self, scope: Any, body_file: Any) -> Any:
        """Return the request, or None and the answer to what is none."""
        try:
            return super().create_request(scope, body_file)
        except (BadRequest, ValueError):  # which Django leaves to the server: 500
            return None, unreadable()

    async def get_response_async(self, request: HttpRequest) -> Any:
        """Return the answer of the middleware and what is inside."""
        try:
            view = resolve(request.path_info).func
        except Exception:  # Django meets it again, and answers it
            return await super().get_response_async(request)
        # A guess: where middleware leads elsewhere, either handler adapts either kind of view.
        if iscoroutinefunction(view):
            return await super().get_response_async(request)
        return await sync_to_async(self._in_thread.get_response, thread_sensitive=True)(request)


class _SyncHandler(ASGIHandler):
    def __init__(self) -> None:
        self.load_middleware(is_async=False)
