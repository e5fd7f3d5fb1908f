"""AWS Lambda behind an API Gateway, a load balancer or a function URL."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured

from .answer import Answer
from .environ import Unreadable, body_of, like_gunicorn
from .event import Event, complete, kind_of

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

Handler = Callable[[Event, Any], dict[str, Any]]


def aws_lambda(application: WSGIApplication) -> Handler:
    """Return the function that AWS Lambda calls with an event, of a WSGI application.

    Events of REST APIs and HTTP APIs (payload formats 1.0 and 2.0), of load balancers and of
    function URLs are requests as gunicorn hands them over. apig-wsgi reads and writes the kinds of
    events; what it does otherwise than a server is mended here. The function raises ValueError for
    an event that is no request. Raises ImproperlyConfigured without apig-wsgi.
    """
    try:
        from apig_wsgi import make_lambda_handler
    except ImportError as error:
        raise ImproperlyConfigured(
            f"aws_lambda() needs apig-wsgi: pip install 'fileapi[serverless]' ({error})."
        ) from error

    def answer(event: Event, context: Any) -> dict[str, Any]:
        kind = kind_of(event)
        event = complete(event, kind)
        made = Answer(kind)

        def between(environ: WSGIEnvironment, start_response: StartResponse) -> tuple[()]:
            try:
                body = body_of(event)
            except Unreadable as error:
                made.refuse(400, str(error))
            else:
                like_gunicorn(environ, event, kind, body, context)
                made.collect(application, environ)
            start_response(made.status, made.headers)
            return ()

        # It sees neither body: it would fail at Base64 that is none, and at text in another
        # charset than UTF-8. Of the headers it needs to know whether there may be several values.
        bare = {**event, "body": None, "headers": {}}
        if "multiValueHeaders" in bare:
            bare["multiValueHeaders"] = {}
        shape = make_lambda_handler(between, binary_support=True)
        return made.in_shape(shape(bare, context))

    def lambda_handler(event: Event, context: Any = None) -> dict[str, Any]:
        # What a request leaves in context variables, such as its language, ends with it.
        return copy_context().run(answer, event, context)

    return lambda_handler
