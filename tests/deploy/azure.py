"""Azure's own models of Container Apps, asked whether they know every field of a document.

No JSON Schema of the YAML is published: it is what the REST API takes, of which the management
library has these models.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from types import NoneType, SimpleNamespace
from typing import Any, Union, get_args, get_origin, get_type_hints

from azure.mgmt.appcontainers import models
from azure.mgmt.appcontainers._utils.model_base import Model

_NAMES = {**vars(models), "_models": models}


def problems(value: Any, expected: Any = models.ContainerApp, path: str = "") -> Iterator[str]:
    """Yield what a value has that its type does not, with a pointer to it."""
    if isinstance(expected, type) and issubclass(expected, Model):
        yield from _of_model(value, expected, path)
    elif get_origin(expected) is Union:
        yield from _of_union(value, get_args(expected), path)
    elif get_origin(expected) is list:
        if not isinstance(value, list):
            yield f"{path}: {value!r} is no list"
            return
        for index, item in enumerate(value):
            yield from problems(item, get_args(expected)[0], f"{path}/{index}")
    elif get_origin(expected) is dict:
        if not isinstance(value, dict):
            yield f"{path}: {value!r} is no mapping"
    elif expected is float:
        if type(value) not in (int, float):
            yield f"{path}: {value!r} is no number"
    elif expected is not Any and type(value) is not expected:
        yield f"{path}: {value!r} is no {expected}"


def _of_model(value: Any, model: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: {value!r} is no mapping"
        return
    fields = model({})._attr_to_rest_field  # filled in by the first instance
    types = {}
    for each in reversed(model.__mro__):
        plain = SimpleNamespace(__annotations__=getattr(each, "__annotations__", {}))
        if issubclass(each, Model):
            types |= get_type_hints(plain, _NAMES)
    known = {field._rest_name: types[name] for name, field in fields.items()}
    for name, item in value.items():
        if name in known:
            yield from problems(item, known[name], f"{path}/{name}")
        else:
            yield f"{path}/{name}: not among {sorted(known)}"


def _of_union(value: Any, choices: tuple[Any, ...], path: str) -> Iterator[str]:
    kinds = [choice for choice in choices if choice is not NoneType]
    enums = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Enum)]
    if enums:
        if value not in [member.value for member in enums[0]]:
            yield f"{path}: {value!r} is none of {[member.value for member in enums[0]]}"
        return
    faults = [list(problems(value, kind, path)) for kind in kinds]
    yield from min(faults, key=len)
