"""One name on disk, such as ``[id=int]``, to one segment of a URL."""

from __future__ import annotations

import keyword
import re
from enum import IntEnum

from msgspec import Struct

# What a handler may ask for by name; a path parameter must not hide it.
RESERVED = frozenset({"req", "res", "query", "body"})

# A converter that would do what another spelling says better.
REFUSED_CONVERTERS = {"path": "[...{name}]", "str": "[{name}]"}


class Kind(IntEnum):
    """What a segment matches. The order is the order of matching: the lowest is tried first."""

    STATIC = 0
    TYPED = 1
    DYNAMIC = 2
    CATCH_ALL = 3
    OPTIONAL_CATCH_ALL = 4
    GROUP = 5  # in no URL


CATCH_ALLS = (Kind.CATCH_ALL, Kind.OPTIONAL_CATCH_ALL)


class Segment(Struct, frozen=True, kw_only=True):
    """A parsed name: ``text`` as spelled, ``name`` of its parameter, ``converter`` if typed."""

    text: str
    kind: Kind = Kind.STATIC
    name: str = ""
    converter: str = ""


class SegmentError(ValueError):
    """The name is no segment. ``id`` is the check's, ``hint`` the way out."""

    def __init__(self, id: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.id = id
        self.hint = hint


def parse(text: str) -> Segment:
    """Return the segment that a folder's name, or a file's without ``.py``, stands for.

    ::

        users          static
        [id]           dynamic, one segment, a str
        [id=int]       typed by a Django path converter
        [...path]      catch-all, one or more segments
        [[...path]]    optional catch-all, zero or more
        (admin)        group, in no URL

    Raises SegmentError for anything else.
    """
    if text.startswith("(") and text.endswith(")"):
        _check_literal(text, text[1:-1])
        return Segment(text=text, kind=Kind.GROUP, name=text[1:-1])
    if "[" not in text and "]" not in text:
        _check_literal(text, text)
        return Segment(text=text)
    kind, inside = _between_brackets(text)
    if "[" in inside or "]" in inside:
        raise SegmentError(
            "E007", f"{text!r} has brackets in part of a segment.", _bracket_hint(text)
        )
    name, equals, converter = inside.partition("=")
    if equals and kind is Kind.DYNAMIC:
        kind = Kind.TYPED
        _check_name(text, name)
        _check_converter(text, name, converter)
    else:
        _check_name(text, inside)
    return Segment(text=text, kind=kind, name=name, converter=converter)


def _between_brackets(text: str) -> tuple[Kind, str]:
    if text.startswith("[[...") and text.endswith("]]"):
        return Kind.OPTIONAL_CATCH_ALL, text[5:-2]
    if text.startswith("[...") and text.endswith("]"):
        return Kind.CATCH_ALL, text[4:-1]
    if text.startswith("[") and text.endswith("]"):
        return Kind.DYNAMIC, text[1:-1]
    return Kind.STATIC, text


def _bracket_hint(text: str) -> str:
    if optional := re.fullmatch(r"\[\[(\w+)(?:=\w+)?\]\]", text):
        name = optional[1]
        return (
            f"Write '[[...{name}]]' for zero or more segments, or 'index.py' beside '[{name}].py'."
        )
    return "A parameter is a whole segment: '[name]', '[name=int]', '[...name]' or '[[...name]]'."


def _check_name(text: str, name: str) -> None:
    if name in RESERVED:
        raise SegmentError(
            "E009",
            f"{text!r} names its parameter {name!r}, which is reserved.",
            f"Handlers get {', '.join(sorted(RESERVED))} by these names. Choose another one.",
        )
    if name.isidentifier() and not keyword.iskeyword(name):
        return
    bare, colon, converter = name.partition(":")
    if colon and bare.isidentifier() and converter.isidentifier():
        hint = f"Write '[{bare}={converter}]': ':' is not allowed in file names on every system."
    else:
        candidate = re.sub(r"\W+", "_", name).strip("_") or "name"
        if not candidate.isidentifier() or keyword.iskeyword(candidate):
            candidate = f"{candidate}_" if keyword.iskeyword(candidate) else f"p{candidate}"
        hint = f"Write {text.replace(name, candidate)!r}." if name else "Write '[id]', for example."
    raise SegmentError("E008", f"{text!r}: {name!r} is no Python identifier.", hint)


def _check_converter(text: str, name: str, converter: str) -> None:
    if converter in REFUSED_CONVERTERS:
        instead = REFUSED_CONVERTERS[converter].format(name=name)
        raise SegmentError(
            "E010", f"{text!r} uses the converter {converter!r}.", f"Write {instead!r}."
        )
    if not converter:
        raise SegmentError("E010", f"{text!r} names no converter.", f"Write '[{name}]'.")


def _check_literal(text: str, literal: str) -> None:
    """A literal holds RFC 3986's unreserved characters, ``@``, and any printable non-ASCII one."""
    for character in literal:
        allowed = (
            character.isalnum() or character in "-._~@"
            if character.isascii()
            else character.isprintable() and not character.isspace()
        )
        if not allowed:
            raise SegmentError(
                "E013",
                f"{text!r} holds {character!r}, which no URL segment of a file can.",
                "Use letters, digits, '-', '_', '.', '~' and '@'. Helpers start with '_'.",
            )
    if not literal.strip("."):
        raise SegmentError("E013", f"{text!r} has no name.", "Give it one; helpers start with '_'.")
