"""HttpRequest in, HttpResponse out."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import got_request_exception
from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.log import log_response

from fileapi.config import Config
from fileapi.http.errors import HttpError, Outage, refusal, title
from fileapi.http.pending import Unanswerable
from fileapi.http.request import Request
from fileapi.http.response import Response

from .binding import is_coroutine
from .chain import Step, off_loop
from .exports import METHODS
from .module import RouteError

View = Callable[..., Any]


def make_view(steps: dict[str, Step], file: str, config: Config) -> View:
    """Return the Django view that runs the step of a request's method.

    It is a coroutine function where a step is one; steps that are none then run in a thread.
    """
    allow = allowed(steps)
    max_streams: Any = config.max_streams
    if "GET" in steps:
        steps = {"HEAD": steps["GET"], **steps}

    if not any(is_coroutine(step) for step in steps.values()):

        def view(request: HttpRequest, /, **params: Any) -> HttpResponseBase:
            method = request.method
            step = steps.get(method)  # type: ignore[arg-type]
            if step is None:
                return without_step(request, allow)
            res = Response()
            try:
                step(Request(request, params, config), res)
                return res.finish(request, max_streams)
            except Exception as error:
                return failed(error, request, res, file)

        return view

    steps = {
        method: step if is_coroutine(step) else off_loop(step) for method, step in steps.items()
    }

    in_thread = off_loop(failed)

    async def async_view(request: HttpRequest, /, **params: Any) -> HttpResponseBase:
        method = request.method
        step = steps.get(method)  # type: ignore[arg-type]
        if step is None:
            return without_step(request, allow)
        res = Response()
        try:
            await step(Request(request, params, config), res)
            return res.finish(request, max_streams)
        except Exception as error:
            response: HttpResponseBase = await in_thread(error, request, res, file)
            return response

    return async_view


def broken_view(error: Exception, file: str) -> View:
    """Return the view of what cannot serve: 500, whatever is asked."""

    def view(request: HttpRequest, /, **params: Any) -> HttpResponseBase:
        # Another instance each time: an exception collects the traceback of every raise.
        again = copy(error)
        again.__cause__ = error.__cause__
        return failed(again, request, Response(), file)

    view.csrf_exempt = True  # type: ignore[attr-defined]  # Django's CSRF page would be HTML
    return view


def not_found(request: HttpRequest, /, **params: Any) -> HttpResponseBase:
    """Answer a URL below a mount that no file does."""
    return refuse(request, HttpError(404, "No route answers this URL."))


not_found.csrf_exempt = True  # type: ignore[attr-defined]


def allowed(steps: dict[str, Step]) -> str:
    """Return the value of ``Allow``: HEAD comes with GET, OPTIONS always."""
    return ", ".join(
        method
        for method in METHODS
        if method in steps or method == "OPTIONS" or (method == "HEAD" and "GET" in steps)
    )


def without_step(request: HttpRequest, allow: str) -> HttpResponseBase:
    """Answer a method that the file has no function for: 204 for OPTIONS, else 405."""
    if request.method == "OPTIONS":
        return Response().status(204).set_header("Allow", allow).end().finish(request)
    return refuse(request, HttpError(405, f"Allowed: {allow}.", headers={"Allow": allow}))


def refuse(request: HttpRequest, error: HttpError) -> HttpResponseBase:
    """Return the answer of an HttpError."""
    return Response().refuse(error).finish(request)


def unreadable() -> HttpResponseBase:
    """Answer what Django makes no request of: its Content-Type cannot be parsed."""
    return refuse(HttpRequest(), HttpError(400, "Content-Type cannot be read."))


def failed(error: Exception, request: HttpRequest, res: Response, file: str) -> HttpResponseBase:
    """Return the answer of an exception: what it says to the client, or 500 for a bug."""
    roll_back()
    refused = refusal(error)
    response: HttpResponseBase
    if refused is not None:
        challenge = getattr(request, "challenge", None)  # of the route's authentication
        if refused.status == 401 and challenge and "WWW-Authenticate" not in refused.headers:
            refused.headers = {**refused.headers, "WWW-Authenticate": challenge()}
        response = res.refuse(refused).finish(request)
        if isinstance(refused, Outage):  # the client learns nothing of it
            log_failure(response, request, error, file)
        return response
    got_request_exception.send(sender=None, request=request)
    if settings.DEBUG_PROPAGATE_EXCEPTIONS:
        raise error
    if settings.DEBUG and "text/html" in request.META.get("HTTP_ACCEPT", ""):
        from django.views.debug import technical_500_response

        response = technical_500_response(request, type(error), error, error.__traceback__)
    else:
        response = res.refuse(HttpError(500)).finish(request)
    log_failure(response, request, error, file)
    return response


def log_failure(
    response: HttpResponseBase, request: HttpRequest, error: Exception, file: str
) -> None:
    """Log why an answer is a 5xx, once: Django logs no answer a second time."""
    explained = isinstance(error, (RouteError, Unanswerable, ImproperlyConfigured))
    hint = str(error) if explained else "see the traceback"
    log_response(
        "%s: %s: in %s: %s",
        title(response.status_code),
        request.path,
        file,
        hint,
        response=response,  # type: ignore[arg-type]  # streams have a status too
        request=request,
        exception=error,
    )


def roll_back() -> None:
    """Keep what ATOMIC_REQUESTS promises: an exception turned into an answer commits nothing."""
    for connection in connections.all(initialized_only=True):
        if connection.settings_dict["ATOMIC_REQUESTS"] and connection.in_atomic_block:
            connection.set_rollback(True)
