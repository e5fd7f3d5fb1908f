from __future__ import annotations


def handler(res):
    for number in range(12):
        res.set_cookie(f"c{number}", f"v {number}; x", path=f"/{number}", samesite="Strict")
    res.delete_cookie("old")
    return {"cookies": 13}
