"""A handler's signature to a call that fills it, worked out once when the file is loaded."""

from __future__ import annotations

import inspect
import types
import typing
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http.response import HttpResponseBase
from msgspec import Struct

from fileapi.http.request import Request
from fileapi.http.response import Response
from fileapi.routing.problem import Problem
from fileapi.routing.scan import Route
from fileapi.routing.segments import CATCH_ALLS, Kind, Segment

from .module import RouteError

if TYPE_CHECKING:
    from fileapi.types.contract import Contract

# What tells nothing about an answer.
_UNDECLARED = (inspect.Signature.empty, None, Any, Response)

_BY_POSITION = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_SHORT = {"request": "req", "response": "res"}
_CONVERTED = {"int": int, "uuid": uuid.UUID, "slug": str}


class Handler(Struct, frozen=True, kw_only=True):
    """A function of a route file, ready to be called with (req, res).

    ``contracts`` are those of ``query``, ``body`` and ``return``, as far as they are annotated;
    ``read`` makes the declared return type of what it returns; ``no_content`` says that
    returning nothing means 204.
    """

    name: str
    call: Callable[[Request, Response], Any]
    is_async: bool
    contracts: dict[str, Contract] = {}
    read: Callable[[Any], Any] | None = None
    no_content: bool = False


def bind(function: Callable[..., Any], method: str, route: Route) -> Handler:
    """Return a Handler for a function. Raises RouteError for a signature that cannot be filled."""
    name = f"{route.file}: {'handler' if method == '*' else method}"
    if is_class_based(function):
        return Handler(
            name=name,
            call=_drf_call(function) if hasattr(function, "cls") else _view_call(function),
            is_async=is_coroutine(function),
        )
    return _Binding(function, name, route).handler()


def _view_call(function: Callable[..., Any]) -> Callable[[Request, Response], Any]:
    return lambda req, res: function(req.django, **req.params)


def _drf_call(function: Callable[..., Any]) -> Callable[[Request, Response], Any]:
    """Return the call of a view of DRF's, which authenticates by classes of its own.

    For one of them, a session's, any user that is there would be a session's.
    """

    def call(req: Request, res: Response) -> Any:
        req.restore_user()
        return function(req.django, **req.params)

    return call


def is_class_based(function: Callable[..., Any]) -> bool:
    """Tell whether this is what ``as_view()`` of Django (view_class) or DRF (cls) returns."""
    return hasattr(function, "view_class") or hasattr(function, "cls")


def is_coroutine(function: Callable[..., Any]) -> bool:
    """Tell whether calling ``function`` gives a coroutine."""
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
        getattr(function, "__call__", None)  # noqa: B004
    )


class _Binding:
    def __init__(self, function: Callable[..., Any], name: str, route: Route) -> None:
        self.function = function
        self.name = name
        self.route = route
        self.contracts: dict[str, Contract] = {}
        self.segments = {segment.name: segment for segment in route.segments if segment.kind}

    def handler(self) -> Handler:
        # A lambda with the very expressions costs no loop and no dict at each request. Only
        # names that Python's own parser took as parameters get into its text.
        names: dict[str, Any] = {"handler": self.function}
        arguments = []
        signature = inspect.signature(self.function)
        for parameter in signature.parameters.values():
            expression = self.expression(parameter, names)
            by_position = parameter.kind in _BY_POSITION
            arguments.append(expression if by_position else f"{parameter.name}={expression}")
        call = eval(f"lambda req, res: handler({', '.join(arguments)})", names)
        returned = self.evaluated("return", signature.return_annotation)
        if not (returned in _UNDECLARED or _is_django(returned)):
            self.contract("return", returned)
        answer = self.contracts.get("return")
        return Handler(
            name=self.name,
            call=call,
            is_async=is_coroutine(self.function),
            contracts=self.contracts,
            read=answer.answer if answer else None,
            no_content=returned is None and "res" not in signature.parameters,
        )

    def expression(self, parameter: inspect.Parameter, names: dict[str, Any]) -> str:
        name = parameter.name
        if parameter.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
            raise self.error(
                f"takes {parameter}, which nothing can fill.", "Name the arguments that you need."
            )
        if name in ("req", "res"):
            return name
        if name in ("query", "body"):
            annotation = self.evaluated(name, parameter.annotation)
            if annotation in (inspect.Parameter.empty, Any):
                return f"req.{name}"
            made = self.contract(name, annotation)
            if _is_any(annotation):
                return f"req.{name}"  # the document alone has more to say of it
            names[name] = made.from_strings if name == "query" else self.body_reader(made)
            return "query(req.query)" if name == "query" else "body(req)"
        if name in self.segments:
            segment = self.segments[name]
            self.check_annotation(segment, self.evaluated(name, parameter.annotation))
            if segment.kind is Kind.OPTIONAL_CATCH_ALL:
                return f"req.params.get({name!r}) or []"
            return f"req.params[{name!r}]"
        raise self.error(f"takes {name!r}, which nothing fills.", self.allowed(parameter))

    def allowed(self, parameter: inspect.Parameter) -> str:
        if parameter.name in _SHORT:
            return f"It is called {_SHORT[parameter.name]!r} here."
        known = ", ".join(["req", "res", "query", "body", *self.segments])
        hint = f"It may take {known}."
        if parameter.default is not inspect.Parameter.empty or parameter.annotation in (
            "int",
            "str",
            "bool",
            "float",
            int,
            str,
            bool,
            float,
        ):
            spelled = inspect.formatannotation(parameter.annotation).strip("'")
            kind = spelled if parameter.annotation is not inspect.Parameter.empty else "str"
            default = ""
            if parameter.default is not inspect.Parameter.empty:
                default = f" = {parameter.default!r}"
            hint += (
                f" From the query string: 'class Search(msgspec.Struct): "
                f"{parameter.name}: {kind}{default}' and 'query: Search'."
            )
        return hint

    # Only a route with annotations pays for the import of what reads them.

    def contract(self, name: str, annotation: Any) -> Contract:
        from fileapi.types.contract import contract

        try:
            self.contracts[name] = contract(annotation, is_query=name == "query")
        except TypeError as error:
            verb = "returns" if name == "return" else f"annotates {name} with"
            raise self.annotation_error(f"{verb} {annotation!r}", error) from error
        return self.contracts[name]

    def body_reader(self, contract: Contract) -> Callable[[Request], Any]:
        from fileapi.types.contract import body_reader

        return body_reader(contract)

    def annotation_error(self, what: str, error: TypeError) -> RouteError:
        return self.error(
            f"{what}, which has no rule: {error}.",
            "Use Structs, dataclasses, TypedDicts, pydantic models, serializers, builtins and "
            "containers of them.",
        )

    def evaluated(self, name: str, annotation: Any) -> Any:
        """Return an annotation that may be text; others are not looked at, so may be unknown."""
        if not isinstance(annotation, str):
            return annotation
        if name not in ("query", "body", "return") and name not in self.segments:
            return annotation
        namespace = getattr(inspect.unwrap(self.function), "__globals__", {})
        holder = types.SimpleNamespace(__annotations__={name: annotation})
        try:
            value = typing.get_type_hints(holder, namespace, include_extras=True)[name]
        except Exception as error:
            raise self.error(
                f"annotates {name} with {annotation!r}, which cannot be evaluated: {error}.",
                "Import it outside TYPE_CHECKING.",
            ) from error
        return None if value is type(None) else value

    def check_annotation(self, segment: Segment, annotation: Any) -> None:
        """Raise for a type that the path converter does not produce."""
        if typing.get_origin(annotation) is typing.Annotated:
            annotation = typing.get_args(annotation)[0]
        if segment.kind in CATCH_ALLS:
            fits = annotation in (list, list[str])
            produced = "list[str]"
        elif segment.kind is Kind.DYNAMIC:
            fits = annotation is str
            produced = "str"
        elif segment.converter in _CONVERTED:
            fits = annotation is _CONVERTED[segment.converter]
            produced = _CONVERTED[segment.converter].__name__
        else:
            return
        if fits or annotation in (inspect.Parameter.empty, Any, object):
            return
        wanted = {int: "int", uuid.UUID: "uuid"}.get(annotation)
        if wanted and segment.kind not in CATCH_ALLS:
            renamed = self.route.file.replace(segment.text, f"[{segment.name}={wanted}]")
            hint = f"Name the file {renamed!r}."
        else:
            hint = f"Annotate it with {produced}."
        shown = inspect.formatannotation(annotation)
        raise self.error(
            f"takes {segment.name}: {shown}, but {segment.text!r} gives {produced}.", hint
        )

    def error(self, message: str, hint: str) -> RouteError:
        problem = Problem(
            id="E025", message=f"{self.name} {message}", hint=hint, files=(self.route.file,)
        )
        return RouteError(problem)


def _is_any(annotation: Any) -> bool:
    """Tell ``Annotated[Any, ...]``."""
    return typing.get_origin(annotation) is typing.Annotated and annotation.__origin__ is Any


def _is_django(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, HttpResponseBase)
