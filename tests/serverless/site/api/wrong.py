from __future__ import annotations


def Get():
    return 1
