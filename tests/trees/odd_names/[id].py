from __future__ import annotations

from dataclasses import dataclass

from ._shared import NAME


@dataclass
class Point:
    x: int
    y: Point | None = None


def GET(id: str) -> dict[str, str]:
    return {"file": "[id].py", "id": id, "shared": NAME}
