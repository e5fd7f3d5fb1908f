"""Random types, random values of them, and random damage: what was damaged is what is named."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple, get_args, get_origin

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field, create_model

from fileapi.http.errors import pointer

from .faults import faults

_numbers = itertools.count()

LEAVES: dict[Any, st.SearchStrategy[Any]] = {
    int: st.integers(-(2**70), 2**70),
    float: st.floats(allow_nan=False, allow_infinity=False),
    str: st.text(max_size=3),
    bool: st.booleans(),
}
NAMES = st.text("ab/~.[`é", min_size=1, max_size=3)


def struct(fields: dict[str, Any], optional: set[str], forbid: bool) -> Any:
    """Define a Struct whose names in JSON are the keys, whatever they are."""
    renamed = {f"field_{index}": name for index, name in enumerate(fields)}
    specs = [(own, fields[name]) for own, name in renamed.items() if name not in optional] + [
        (own, fields[name] | None, None) for own, name in renamed.items() if name in optional
    ]
    return msgspec.defstruct(
        f"S{next(_numbers)}", specs, rename=renamed, forbid_unknown_fields=forbid, kw_only=True
    )


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        inner.map(lambda item: list[item]),
        inner.map(lambda item: dict[str, item]),
        inner.map(lambda item: item | None),
        st.tuples(inner, inner).map(lambda items: tuple[items]),
        st.builds(
            lambda fields, optional, forbid: struct(fields, optional & set(fields), forbid),
            st.dictionaries(NAMES, inner, max_size=4),
            st.sets(NAMES),
            st.booleans(),
        ),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda items: NamedTuple(  # type: ignore[misc]
                f"N{next(_numbers)}", [(f"f{index}", item) for index, item in enumerate(items)]
            )
        ),
    )


TYPES = st.recursive(st.sampled_from(list(LEAVES)), containers, max_leaves=6)


def is_struct(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, msgspec.Struct)


def is_named_tuple(annotation: Any) -> bool:
    return isinstance(annotation, type) and hasattr(annotation, "_fields")


def fields_of(annotation: Any) -> dict[str, Any]:
    return {field.encode_name: field for field in msgspec.structs.fields(annotation)}


def valid(annotation: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for JSON values that fit a type."""
    if annotation in LEAVES:
        return LEAVES[annotation]
    if is_struct(annotation):
        fields = fields_of(annotation)
        return st.fixed_dictionaries(
            {name: valid(field.type) for name, field in fields.items() if field.required},
            optional={name: valid(each.type) for name, each in fields.items() if not each.required},
        )
    if is_named_tuple(annotation):
        return st.tuples(*map(valid, annotation.__annotations__.values())).map(list)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is list:
        return st.lists(valid(arguments[0]), max_size=4)
    if origin is dict:
        return st.dictionaries(NAMES, valid(arguments[1]), max_size=4)
    if origin is tuple:
        return st.tuples(*map(valid, arguments)).map(list)
    return st.none() | st.one_of(*(valid(each) for each in arguments if each is not type(None)))


def places(annotation: Any, value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value that can be damaged, the whole included."""
    options = [each for each in get_args(annotation) if each is not type(None)]
    if get_origin(annotation) not in (list, dict, tuple) and len(options) == 1:
        annotation = options[0]
    yield path
    if isinstance(value, dict):
        for name, part in value.items():
            wanted = fields_of(annotation)[name].type if is_struct(annotation) else None
            yield from places(wanted or get_args(annotation)[1], part, (*path, name))
    elif isinstance(value, list):
        if is_named_tuple(annotation):
            types = list(annotation.__annotations__.values())
        elif get_origin(annotation) is tuple:
            types = list(get_args(annotation))
        else:
            types = [get_args(annotation)[0]] * len(value)
        for index, part in enumerate(value):
            yield from places(types[index], part, (*path, index))


def damage(value: Any, path: tuple[Any, ...]) -> Any:
    """Return a value with one place of another kind: an object for a scalar, text for the rest."""
    if not path:
        return "damaged" if isinstance(value, (dict, list)) else {"damaged": True}
    copy = value.copy()
    copy[path[0]] = damage(value[path[0]], path[1:])
    return copy


@st.composite
def damaged(draw: Any) -> tuple[Any, Any, set[str]]:
    """Return a type, a value that nearly fits it, and the pointers of what does not."""
    annotation = draw(TYPES)
    value = draw(valid(annotation))
    # None fits many a type; what stands in for it has to be wrong for the type, not only other.
    everywhere = [path for path in places(annotation, value) if at(value, path) is not None]
    if not everywhere:
        return annotation, value, set()
    chosen = draw(st.lists(st.sampled_from(everywhere), unique=True, max_size=4))
    paths = [path for path in chosen if not any(is_below(path, other) for other in chosen)]
    for path in paths:
        value = damage(value, path)
    return annotation, value, {pointer(list(path)) for path in paths}


def is_below(path: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return path != other and path[: len(other)] == other


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(damaged())
def test_exactly_what_was_damaged_is_named(case: tuple[Any, Any, set[str]]) -> None:
    annotation, value, pointers = case
    assert {fault["pointer"] for fault in faults(annotation, value)} == pointers


def of_pydantic(annotation: Any) -> Any:
    """Return a type with models of pydantic's in place of Structs."""
    if is_struct(annotation):
        fields: dict[str, Any] = {
            f"field_{index}": (
                of_pydantic(field.type),
                Field(... if field.required else None, alias=name),
            )
            for index, (name, field) in enumerate(fields_of(annotation).items())
        }
        return create_model(f"M{next(_numbers)}", **fields)
    if is_named_tuple(annotation):
        types = annotation.__annotations__
        return NamedTuple(  # type: ignore[misc]
            f"N{next(_numbers)}", [(name, of_pydantic(each)) for name, each in types.items()]
        )
    origin = get_origin(annotation)
    if origin is None:
        return annotation
    arguments = tuple(of_pydantic(each) for each in get_args(annotation))
    return origin[arguments] if origin in (list, dict, tuple) else arguments[0] | None


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(damaged())
def test_exactly_what_was_damaged_is_named_by_pydantic_too(
    case: tuple[Any, Any, set[str]],
) -> None:
    annotation, value, pointers = case
    held = create_model("Held", value=(of_pydantic(annotation), ...))
    found = {fault["pointer"] for fault in faults(held, {"value": value})}
    assert found == {f"/value{each}" for each in pointers}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TYPES, JSON)
def test_a_value_has_faults_if_and_only_if_msgspec_refuses_it(annotation: Any, value: Any) -> None:
    found = faults(annotation, value)
    try:
        msgspec.json.decode(msgspec.json.encode(value), type=annotation)
    except msgspec.ValidationError:
        assert found
        assert not [fault for fault in found if " - at `" in fault["message"]]
        for fault in found:
            if fault["kind"] != "missing":
                at(value, steps(fault["pointer"], value))  # it is there
    else:
        assert found == []


def steps(text: str, value: Any) -> tuple[Any, ...]:
    """Return the path of a JSON pointer, as RFC 6901 has it, independent of ours."""
    path: list[Any] = []
    for part in text.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        step: Any = int(name) if isinstance(value, list) else name
        path.append(step)
        value = value[step]
    return tuple(path)
