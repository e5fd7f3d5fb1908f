from __future__ import annotations

import time

open_now = 0


def GET(res):
    res.stream(_ticks())


def _ticks():
    global open_now
    open_now += 1
    try:
        while True:
            yield b"tick"
            time.sleep(0.01)
    finally:
        open_now -= 1
