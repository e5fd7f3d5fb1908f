from __future__ import annotations

from . import endless


def GET():
    return endless.open_now
