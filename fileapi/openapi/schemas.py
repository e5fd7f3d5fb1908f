"""The schemas of every contract, asked for together so that their names do not collide."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from msgspec import Struct
from msgspec.json import encode

from fileapi.types.contract import REF, Contract

from .omitted import require_defaults
from .problem import PROBLEM

_NO_NAME = re.compile(r"[^A-Za-z0-9.-]+")
_START, _END = REF.split("{name}")


class Schemas:
    """Collects contracts first; knows their schemas once all are known."""

    def __init__(self) -> None:
        self._wanted: list[_Wanted] = []
        self._made: dict[tuple[int, bool], dict[str, Any]] = {}
        self.components: dict[str, Any] = {"Problem": PROBLEM}

    def want(self, contract: Contract, *, is_answer: bool, owner: str) -> None:
        """Ask for the schema of a contract; ``owner`` is what its route is called."""
        self._wanted.append(_Wanted(contract, is_answer, owner))

    def make(self) -> None:
        """Make every schema. Raises TypeError for what has none."""
        # Each by itself, for libraries have rules of their own for two types of one name, or none.
        for wanted in self._wanted:
            wanted.make()
        names = _names([part for wanted in self._wanted for part in wanted.parts])
        for wanted in self._wanted:
            renamed = {part.name: names[part.title, part.whole] for part in wanted.parts}
            is_same = all(name == new for name, new in renamed.items())
            for part in wanted.parts:
                # Most need neither a new name nor an order; a look at all of it takes its time.
                as_it_is = is_same and b'"uniqueItems"' not in part.whole
                schema = part.schema if as_it_is else _renamed(part.schema, renamed)
                self.components[renamed[part.name]] = schema
            made = _renamed(wanted.schema, renamed)
            self._made[id(wanted.contract), wanted.is_answer] = made

    def of(self, contract: Contract, *, is_answer: bool) -> dict[str, Any]:
        """Return a schema, or the reference to one."""
        return self._made[id(contract), is_answer]

    def resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return what a reference refers to."""
        reference = schema.get("$ref", "")
        if reference:
            schema = self.components[reference.removeprefix(_START)]
        return schema


class _Part(Struct, frozen=True, kw_only=True):
    """A component of a schema: its library's ``name`` for it, and what it is called by itself.

    ``whole`` is all that it says, with all that it refers to.
    """

    name: str
    title: str
    schema: dict[str, Any]
    whole: bytes
    is_answer: bool
    owner: str


class _Wanted:
    def __init__(self, contract: Contract, is_answer: bool, owner: str) -> None:
        self.contract = contract
        self.is_answer = is_answer
        self.owner = owner
        self.schema: dict[str, Any] = {}
        self.parts: list[_Part] = []

    def make(self) -> None:
        wanted = [(self.contract.annotation, self.is_answer)]
        try:
            [self.schema], components = self.contract.schemas(wanted)
        except KeyError as error:  # of msgspec, for two generic types of one spelling
            raise TypeError(f"two types in it are both called {error}") from error
        if self.is_answer:
            require_defaults(components, getattr(self.contract, "shape", None))
        self.parts = [
            _Part(
                name=name,
                # pydantic takes the brackets in a route file's name for those of a generic type.
                title=_NO_NAME.sub("_", schema.get("title", name)).strip("_"),
                schema=schema,
                whole=_whole(name, components),
                is_answer=self.is_answer,
                owner=self.owner,
            )
            for name, schema in components.items()
        ]


def _whole(name: str, components: dict[str, Any]) -> bytes:
    reached = [name]
    for each in reached:  # which grows
        reached += [other for other in _references(components[each]) if other not in reached]
    return encode([components[each] for each in reached])


def _references(schema: Any) -> list[str]:
    if isinstance(schema, list):
        return [name for each in schema for name in _references(each)]
    if not isinstance(schema, dict):
        return []
    found = [name for each in schema.values() for name in _references(each)]
    if _is_ours(reference := schema.get("$ref", "")):
        found.append(reference.removeprefix(_START))
    return found


def _names(parts: list[_Part]) -> dict[tuple[str, bytes], str]:
    """Return the name of each component, by its title and what it says.

    Where that is not enough, what a client sends is called ``...Input``, and types that are still
    of one name have their route's before it. So no name depends on the order of the files.
    """
    first: dict[tuple[str, bytes], _Part] = {}
    for part in sorted(parts, key=lambda part: not part.is_answer):
        first.setdefault((part.title, part.whole), part)
    named = {key: part.title for key, part in first.items()}
    for rule in (_of_direction, _of_owner):
        shared = _shared(named)
        named = {
            key: rule(first[key], name) if name in shared else name for key, name in named.items()
        }
    free: dict[tuple[str, bytes], str] = {}
    taken = {"Problem"}
    for key, name in named.items():
        number, stem = 2, name
        while name in taken:
            name, number = f"{stem}{number}", number + 1
        taken.add(name)
        free[key] = name
    return free


def _shared(named: dict[tuple[str, bytes], str]) -> set[str]:
    return {name for name, count in Counter(named.values()).items() if count > 1}


def _of_direction(part: _Part, name: str) -> str:
    return name if part.is_answer else f"{name}Input"


def _of_owner(part: _Part, name: str) -> str:
    return f"{part.owner}.{name}"


def _is_ours(reference: Any) -> bool:
    return isinstance(reference, str) and reference.startswith(_START)


def _renamed(schema: Any, names: dict[str, str]) -> Any:
    """Return a schema whose references follow the new names of components."""
    if isinstance(schema, list):
        return [_renamed(each, names) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _renamed(value, names) for key, value in schema.items()}
    if _is_ours(found.get("$ref")):
        found["$ref"] = _START + names[found["$ref"].removeprefix(_START)] + _END
    if found.get("uniqueItems") and isinstance(found.get("default"), list):
        found["default"].sort(key=encode)  # of a set, whose order is another in each process
    return found
