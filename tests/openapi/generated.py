"""API folders of any size, whose files are typed and differ."""

from __future__ import annotations

_LIST = """
import msgspec
from fileapi import HttpError

class {name}Out(msgspec.Struct):
    id: int
    title: str
    tags: list[str] = []

class {name}In(msgspec.Struct):
    title: str
    tags: list[str] = []

class Search(msgspec.Struct):
    q: str = ""
    page: int = 1

def GET(query: Search) -> list[{name}Out]:
    \"\"\"List them.\"\"\"
    return []

def POST(body: {name}In, res) -> {name}Out:
    \"\"\"Make one.\"\"\"
    if body.title == "taken":
        raise HttpError(409, "Taken.")
    res.status(201)
    return {{"id": 1, "title": body.title, "tags": body.tags}}
"""

_ONE = """
import msgspec

class {name}Out(msgspec.Struct):
    id: int
    title: str
    owner: str | None = None

def GET(id) -> {name}Out:
    \"\"\"Show one.\"\"\"
    return {{"id": id, "title": "x"}}

def DELETE(id) -> None:
    \"\"\"Remove one.\"\"\"
"""


def files(count: int) -> dict[str, str]:
    """Return route files, half of them lists and half of them items, ten folders of each."""
    found = {}
    for number in range(count // 2):
        name = f"Thing{number}"
        folder = f"area{number % 10}/things{number}"
        found[f"{folder}/index.py"] = _LIST.format(name=name)
        found[f"{folder}/[id=int].py"] = _ONE.format(name=name)
    return found
