"""Authentication and permission classes of Django REST framework, before a handler.

Only a route that names some imports this module, and DRF with it.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NoReturn

from django.http import HttpRequest
from rest_framework.authentication import (
    BaseAuthentication,
    BasicAuthentication,
    RemoteUserAuthentication,
    SessionAuthentication,
)
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, PermissionDenied
from rest_framework.permissions import AND, NOT, OR

from fileapi.http.pending import Unanswerable
from fileapi.http.request import Request
from fileapi.http.response import Response

from .drf import BodyUnread, GuardRequest, RouteView
from .fitness import decides_by_object, leaves
from .origin import SAFE_METHODS, is_from_here

# The browser sends these by itself, whoever made it send the request.
_AMBIENT = (SessionAuthentication, BasicAuthentication, RemoteUserAuthentication)


class Access:
    """Who may call a route: a guard made of its authentication and permission classes."""

    def __init__(
        self,
        auth: tuple[type[BaseAuthentication], ...],
        permissions: tuple[Any, ...],
        file: str,
    ) -> None:
        self.auth = auth
        self.permissions = permissions
        self.file = file
        self.decides_by_object = any(
            decides_by_object(each) for holder in permissions for each in leaves(holder)
        )

    def __call__(self, req: Request, res: Response) -> None:
        """Set ``req.user`` and ``req.auth``.

        Raises NotAuthenticated or AuthenticationFailed (401), PermissionDenied (403).
        """
        authenticators = [each() for each in self.auth]
        request = GuardRequest(req.django, authenticators=authenticators)
        permissions = [_decisive(each()) for each in self.permissions]
        asked = _Asked(
            request, authenticators, permissions, RouteView(request, req.params, self.file)
        )
        before: Any = req.django.__dict__.get("user")
        with asked.refusals():
            asked.who()
            asked.whether()
        req.ask_about = asked.about if self.decides_by_object else _no_decision
        req.user_before = before
        req.django.challenge = asked.challenge  # type: ignore[attr-defined]
        req.django.auser = partial(_user_of, req.django)


class _Asked:
    """One request, before the classes."""

    def __init__(
        self,
        request: GuardRequest,
        authenticators: list[BaseAuthentication],
        permissions: list[Any],
        view: RouteView,
    ) -> None:
        self.request = request
        self.authenticators = authenticators
        self.permissions = permissions
        self.view = view

    def who(self) -> None:
        """Authenticate the request, by the first class that knows it."""
        authenticator = self.request.successful_authenticator
        if isinstance(authenticator, _AMBIENT) and self.request.method not in SAFE_METHODS:
            self.check_origin(isinstance(authenticator, SessionAuthentication))

    def check_origin(self, is_session: bool) -> None:
        """Refuse what a page of another site made the browser send; of a session, what may be."""
        if getattr(self.request, "_dont_enforce_csrf_checks", False):
            return  # Django's test client
        from_here = is_from_here(self.request._request)
        if from_here is False or (is_session and from_here is None):
            raise PermissionDenied("The request comes from another origin, or does not say.")

    def whether(self) -> None:
        """Ask each permission about the request."""
        for permission in self.permissions:
            if not permission.has_permission(self.request, self.view):
                self.refuse(permission)

    def about(self, obj: Any) -> None:
        """Ask each permission about an object, for whoever is ``req.user`` by now."""
        self.request.user = self.request._request.user
        with self.refusals():
            for permission in self.permissions:
                if not permission.has_object_permission(self.request, self.view, obj):
                    self.refuse(permission)

    def refuse(self, permission: Any) -> NoReturn:
        """Refuse a stranger with 401, someone who is known with 403."""
        if self.authenticators and not self.request.successful_authenticator:
            raise NotAuthenticated
        raise PermissionDenied(
            getattr(permission, "message", None), getattr(permission, "code", None)
        )

    def challenge(self) -> str:
        """Return the first challenge that an authentication class offers."""
        offers = [each.authenticate_header(self.request) for each in self.authenticators]
        return next(filter(None, offers), 'Session realm="api"')

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Let each 401 say how to authenticate (RFC 9110, 11.6.1).

        DRF answers 403 where its first class has no challenge; a client could not tell the two.
        """
        try:
            yield
        except (AuthenticationFailed, NotAuthenticated) as error:
            if not getattr(error, "auth_header", None):
                error.auth_header = self.challenge()  # type: ignore[union-attr]
            raise
        except StopIteration:  # which a future of asyncio takes for its own end
            raise RuntimeError("A guard did not catch a StopIteration.") from None
        except BodyUnread as error:
            raise Unanswerable(str(error)) from error


class _Decisive:
    """A permission whose answer is one: a coroutine, or a generator, is true, and says nothing."""

    def __init__(self, permission: Any) -> None:
        self.permission = permission

    def __getattr__(self, name: str) -> Any:
        return getattr(self.permission, name)

    def has_permission(self, *args: Any) -> Any:
        return _decided(self.permission.has_permission(*args))

    def has_object_permission(self, *args: Any) -> Any:
        return _decided(self.permission.has_object_permission(*args))


def _decisive(permission: Any) -> Any:
    """Return a permission, or DRF's AND, OR or NOT of some, with each of them decisive."""
    if not isinstance(permission, (AND, OR, NOT)):
        return _Decisive(permission)
    for name in ("op1", "op2"):
        if hasattr(permission, name):
            setattr(permission, name, _decisive(getattr(permission, name)))
    return permission


def _decided(answer: Any) -> Any:
    if inspect.isawaitable(answer) or inspect.isgenerator(answer) or inspect.isasyncgen(answer):
        if inspect.iscoroutine(answer):
            answer.close()
        raise Unanswerable("An async permission class cannot guard a route. Make it sync.")
    return answer


def _no_decision(obj: Any) -> NoReturn:
    raise RuntimeError("req.check(obj): no permission class of this route decides about objects.")


async def _user_of(request: HttpRequest) -> Any:
    return request.user
