"""One function of a route file as one operation of the document."""

from __future__ import annotations

import inspect
from collections.abc import Container
from typing import Any

from fileapi.config import Config
from fileapi.endpoint.binding import Handler
from fileapi.endpoint.endpoint import Loaded
from fileapi.endpoint.exports import METHODS
from fileapi.guards import order
from fileapi.guards.origin import SAFE_METHODS
from fileapi.http.errors import title
from fileapi.routing.segments import Segment
from fileapi.types.contract import Contract

from .bodies import request_body
from .names import stem
from .parameters import IDEMPOTENCY_KEY, path_parameters
from .schemas import Schemas
from .security import security
from .written import Written, written

# What ``handler`` is shown with. HEAD and OPTIONS are answered by every file, and shown by none.
EVERY = tuple(method for method in METHODS if method not in ("HEAD", "OPTIONS"))
_WITH_BODY = ("POST", "PUT", "PATCH")
_OF_BODIES = (400, 411, 413, 415)  # what reading a body may end in


class Operation:
    """A function, and what its file and folders say about it."""

    def __init__(
        self, loaded: Loaded, name: str, schemas: Schemas, schemes: dict[str, Any]
    ) -> None:
        self.loaded = loaded
        self.function = loaded.own.handlers[name]
        self.handler: Handler = loaded.handlers[name]
        self.schemas = schemas
        self.security = security(loaded.config, schemes)
        self.is_view = loaded.own.is_class_based
        if self.is_view:
            self.methods = _methods_of_view(self.function)
            self.takes: Container[str] = ()
            self.written = Written(reads_body=True)
        else:
            self.methods = EVERY if name == "*" else (name,)
            self.takes = inspect.signature(self.function).parameters
            self.written = written(self.function)
        owner = stem(loaded.route.segments)
        for part, contract in self.handler.contracts.items():
            schemas.want(contract, is_answer=part == "return", owner=owner)

    def shown(self, method: str, segments: tuple[Segment, ...]) -> dict[str, Any]:
        """Return the operation object for a method; the schemas have been made."""
        text = inspect.getdoc(self.function) or ""
        summary, _, description = text.partition("\n")
        operation: dict[str, Any] = {"responses": self.responses(method, segments)}
        if summary:
            operation["summary"] = summary.strip()
        if description.strip():
            operation["description"] = description.strip()
        parameters = [*path_parameters(segments), *self.query_parameters()]
        if self.is_keyed(method):
            parameters.append(IDEMPOTENCY_KEY)
        if parameters:
            operation["parameters"] = parameters
        if self.has_body(method):
            contract = self.handler.contracts.get("body")
            operation["requestBody"] = request_body(contract, self.schemas)
        if self.security is not None:
            operation["security"] = self.security
        if self.loaded.config.deprecated:
            operation["deprecated"] = True
        return operation

    def query_parameters(self) -> list[dict[str, Any]]:
        contract = self.handler.contracts.get("query")
        if contract is None:
            return []
        schema = self.schemas.resolved(self.schemas.of(contract, is_answer=False))
        in_path = self.loaded.route.parameters
        required = schema.get("required", ())
        return [
            {"name": name, "in": "query", "required": name in required, "schema": each}
            for name, each in schema.get("properties", {}).items()
            if name not in in_path
        ]

    def is_keyed(self, method: str) -> bool:
        return bool(self.loaded.config.idempotent) and method in order.KEYED

    def has_body(self, method: str) -> bool:
        """Tell whether a body means something to a method; to some no client can send one."""
        if "body" in self.handler.contracts:
            return True
        return method in _WITH_BODY and ("body" in self.takes or self.written.reads_body)

    def responses(self, method: str, segments: tuple[Segment, ...]) -> dict[str, Any]:
        refused = {
            str(status): {"$ref": f"#/components/responses/{status}"}
            for status in sorted(self.refusals(method, segments))
        }
        if self.is_view:  # it has statuses, and a form of refusal, of its own
            return {
                "2XX": {"description": "What the view answers."},
                **refused,
                "default": {"description": "What the view refuses."},
            }
        answers = {str(status): self.success(status) for status in sorted(self.successes())}
        return {**answers, **refused, "default": {"$ref": "#/components/responses/Problem"}}

    def successes(self) -> set[int]:
        if self.handler.no_content:
            return {204}
        found = {status for status in self.written.statuses if status < 400}
        return found if self.written.is_certain else {200, *found}

    def success(self, status: int) -> dict[str, Any]:
        response: dict[str, Any] = {"description": title(status)}
        if status == 204 or status >= 300:
            return response
        contract = self.handler.contracts.get("return")
        kind, schema = "*/*", dict[str, Any]()
        if contract is not None:
            kind, schema = "application/json", self.schemas.of(contract, is_answer=True)
        kinds = sorted({kind, *self.written.media_types})
        response["content"] = {
            each: {"schema": schema if each.endswith(("*", "json")) else {}} for each in kinds
        }
        return response

    def refusals(self, method: str, segments: tuple[Segment, ...]) -> set[int]:
        config = self.loaded.config
        functions = [self.written, *(written(each) for _, each in self.loaded.middleware)]
        found = {status for each in functions for status in each.statuses if status >= 400}
        if self.security is not None:
            found.add(401)
        if method not in SAFE_METHODS or _may_refuse_a_user(config):
            found.add(403)  # the former, from another site's page
        if any(segment.kind for segment in segments):
            found.add(404)
        if self.has_body(method) and not self.is_view:
            found |= set(_OF_BODIES)
        if self.is_keyed(method):
            found |= {400, 409, 413, 422}
        if "query" in self.takes and "query" not in self.handler.contracts:
            found.add(400)  # for a key that is not there
        if {"query", "body"} & self.handler.contracts.keys():
            found.add(422)
        if rates := [rate for each in order.rates(config) for rate in each]:
            found.add(429)
            if any(rate.when_down == "closed" for rate in rates):
                found.add(503)
        return found


def _methods_of_view(view: Any) -> tuple[str, ...]:
    """Return the methods of Django's or DRF's ``as_view()``."""
    cls = getattr(view, "cls", None) or view.view_class
    names = getattr(view, "actions", None) or [
        name for name in cls.http_method_names if hasattr(cls, name)
    ]
    return tuple(method for method in EVERY if method.lower() in names)


def contracts(loaded: Loaded) -> list[tuple[str, Contract]]:
    """Return what the functions of a file declare, and for what."""
    return [pair for handler in loaded.handlers.values() for pair in handler.contracts.items()]


def _may_refuse_a_user(config: Config) -> bool:
    """Tell whether a permission asks more than who it is: that is 401 for a stranger."""
    _, permissions = order.classes(config)
    if not permissions:
        return False
    from rest_framework.permissions import IsAuthenticated

    return any(each is not IsAuthenticated for each in permissions)
