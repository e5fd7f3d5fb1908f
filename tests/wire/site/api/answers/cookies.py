from __future__ import annotations


def handler(res):
    res.set_cookie("plain", "1").set_cookie("bad", "b\r\nX-Injected: 1; Domain=evil.example")
    res.end()
