from __future__ import annotations

import msgspec


class Item(msgspec.Struct):
    name: str
    count: int = 1


class Filter(msgspec.Struct):
    limit: int = 10


def GET(query: Filter) -> Filter:
    return query


def POST(body: Item, res) -> Item:
    res.status(201)
    return body
