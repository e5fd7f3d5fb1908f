from __future__ import annotations

from tests.endurance.site.journal import open_gate


def POST(query) -> None:
    open_gate(query["name"])
